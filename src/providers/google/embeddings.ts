import type { Usage } from '../../core/usage.js';
import { count } from '../counts.js';
import { type InputType, listOfVectors, textsToEmbed, type TextsToEmbed } from '../embeddings.js';
import { unsupported } from '../errors/unsupported.js';
import { VendorError } from '../errors/vendor-error.js';
import { isGiven } from '../fields.js';
import { bodyText } from '../http/vendor-request.js';
import { arrayOf, objectOf } from '../json.js';
import type { ChatCall, ChatResult, EmbeddingsAdapter, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { authorized, endpoint, GEMINI_API, type Service, VERTEX_AI } from './request.js';
import { answerIn } from './response.js';

/** Google's words for what texts are embedded for. */
const TASKS: Readonly<Record<InputType, string>> = {
  search_document: 'RETRIEVAL_DOCUMENT',
  search_query: 'RETRIEVAL_QUERY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
};

/** How a service takes texts: the name of the method, and the body that goes to it. */
type Method = (asked: TextsToEmbed, model: string) => { readonly name: string; readonly body: JsonObject };

/** The Gemini API's models/{model}:batchEmbedContents. */
export const geminiEmbeddings: EmbeddingsAdapter = Object.freeze({
  buildRequest: (call: ChatCall, target: Target) => buildRequest(GEMINI_API, batchOf, { call, target }),
  parseResponse,
});

/** Vertex AI's publishers/google/models/{model}:predict, and :embedContent for models from gemini-embedding-2 on. */
export const vertexEmbeddings: EmbeddingsAdapter = Object.freeze({
  buildRequest: (call: ChatCall, target: Target) =>
    buildRequest(VERTEX_AI, isSecond(target.model) ? contentOf : predictionOf, { call, target }),
  parseResponse,
});

function buildRequest(
  service: Service,
  method: Method,
  { call, target }: { readonly call: ChatCall; readonly target: Target },
): VendorRequest {
  const { name, body } = method(textsToEmbed(call.body), target.model);
  const url = endpoint(service, target);
  url.pathname += `:${name}`;
  return { url: url.href, headers: authorized(service, call, target), body: bodyText(body) };
}

const isSecond = (model: string): boolean => /gemini-embedding-(?!0)\d/.test(model);

const batchOf: Method = ({ texts, dimensions, inputType }, model) => ({
  name: 'batchEmbedContents',
  body: {
    requests: texts.map((text) => ({
      model: model.includes('/') ? model : `models/${model}`,
      content: { parts: [{ text }] },
      ...(inputType && { taskType: TASKS[inputType] }),
      ...(isGiven(dimensions) && { outputDimensionality: dimensions }),
    })),
  },
});

/** A text that is too long is refused, as elsewhere; unasked, Vertex would cut it in silence. */
const UNCUT = { autoTruncate: false };

const predictionOf: Method = ({ texts, dimensions, inputType }, model) => {
  if (/gemini-embedding-/.test(model)) refuseMany(texts);
  return {
    name: 'predict',
    body: {
      instances: texts.map((content) => ({ content, ...(inputType && { task_type: TASKS[inputType] }) })),
      parameters: { ...UNCUT, ...(isGiven(dimensions) && { outputDimensionality: dimensions }) },
    },
  };
};

const contentOf: Method = ({ texts, dimensions, inputType }) => {
  refuseMany(texts);
  return {
    name: 'embedContent',
    body: {
      content: { parts: texts.map((text) => ({ text })) },
      ...UNCUT,
      ...(inputType && { taskType: TASKS[inputType] }),
      ...(isGiven(dimensions) && { outputDimensionality: dimensions }),
    },
  };
};

function refuseMany(texts: readonly string[]): void {
  if (texts.length > 1) throw unsupported('input', 'can only be one text a call for this model');
}

/** The answer of each of the three methods; they have no field of the same name. */
function parseResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): ChatResult | VendorError {
  const answer = answerIn(status, headers, body);
  if (answer instanceof VendorError) return answer;
  const predictions = arrayOf(answer['predictions']).map((each) => objectOf(objectOf(each)['embeddings']));
  if (predictions.length > 0) return listOfVectors(predictions.map(valuesOf), usageOf(predictions.map(countedIn)));
  const embeddings = answer['embedding'] === undefined ? arrayOf(answer['embeddings']) : [answer['embedding']];
  // Older versions of the Gemini API count nothing here.
  const counted = objectOf(answer['usageMetadata'])['promptTokenCount'];
  return listOfVectors(
    embeddings.map((each) => valuesOf(objectOf(each))),
    usageOf([counted]),
  );
}

const valuesOf = ({ values }: JsonObject): JsonValue | undefined => values;
const countedIn = ({ statistics }: JsonObject): JsonValue | undefined => objectOf(statistics)['token_count'];

/** Null unless all was counted. */
function usageOf(counts: readonly (JsonValue | undefined)[]): Usage | null {
  const tokens = counts.map(count);
  if (!tokens.every((each) => each !== null)) return null;
  return { input: tokens.reduce((sum, each) => sum + each, 0), output: 0 };
}
