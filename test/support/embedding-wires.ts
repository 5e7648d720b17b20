import { isObject, objectOf, objectsOf, parseJson, stringOf } from '../../src/providers/json.js';
import { failure, type SimulatedAnswer, type SimulatedWire, simulate } from '../../src/providers/simulator/answer.js';
import { simulateEmbeddings } from '../../src/providers/simulator/embeddings.js';
import { type Script, scriptFor } from '../../src/providers/simulator/script.js';
import { countTokens } from '../../src/providers/simulator/tokens.js';
import type { JsonObject, JsonValue } from '../../src/providers/spec/json.js';

/** A request to one of the APIs: where it went, and what it holds. */
interface Asked {
  readonly model: string;
  readonly body: JsonObject | null;
  readonly requestId: string;
}

/** The texts of a request and the length of vector that it asks for; null texts for what no vendor would take. */
interface Read {
  readonly texts: readonly (string | null)[];
  readonly dimensions: JsonValue | undefined;
}

/** Vectors in the order of the texts; the tokens of each, or null when the directive leaves them out. */
type Write = (vectors: readonly JsonObject[], tokens: readonly JsonValue[] | null) => JsonObject;

/** The simulator's vectors and faults in the words of one API. */
function answer(wire: SimulatedWire, asked: Asked, { texts, dimensions }: Read, write: Write): SimulatedAnswer {
  const { model, requestId } = asked;
  if (texts.length === 0 || !texts.every((text) => text !== null && text !== ''))
    return failure(400, 'Simulated: there is no text to embed.', { wire });
  const list = simulateEmbeddings(JSON.stringify({ model, input: texts, dimensions }));
  const [step] = [...list.steps()];
  const said = objectOf(parseJson(new TextDecoder().decode(step?.bytes)));
  if (list.status !== 200) return failure(400, stringOf(objectOf(said['error'])['message']) ?? '', { wire });
  const counted = texts.map((text) => countTokens(text ?? ''));
  const given = simulate('{}', requestId, {
    ...wire,
    script: () => scriptFor({ model, messages: [{ role: 'user', content: texts.join('\n') }] }),
    whole: (script) => write(objectsOf(said['data']), tokensOf(script, counted)),
  });
  return given.promptTokens === 0 ? given : { ...given, promptTokens: counted.reduce((sum, each) => sum + each, 0) };
}

function tokensOf({ directive: { flags } }: Script, counted: readonly number[]): readonly JsonValue[] | null {
  if (flags.has('no_usage')) return null;
  if (flags.has('wrong_usage')) return counted.map(() => -5);
  return flags.has('zero_usage') ? counted.map(() => 0) : counted;
}

const sum = (tokens: readonly JsonValue[]): number => tokens.reduce<number>((total, each) => total + Number(each), 0);
const valuesOf = ({ embedding }: JsonObject): JsonObject => ({ values: embedding });
const textIn = (content: JsonValue | undefined): string | null => {
  const parts = objectsOf(objectOf(content)['parts']);
  return parts.length === 1 ? stringOf(parts[0]?.['text']) : null;
};
const metadataOf = (tokens: readonly JsonValue[] | null): JsonObject =>
  tokens === null
    ? {}
    : {
        usageMetadata: {
          promptTokenCount: sum(tokens),
          promptTokenDetails: [{ modality: 'TEXT', tokenCount: sum(tokens) }],
        },
      };

/** Methods of Google's embeddings, as the Gemini API and Vertex AI call them. */
export const GOOGLE_EMBEDDINGS: Readonly<Record<string, (wire: SimulatedWire, asked: Asked) => SimulatedAnswer>> = {
  batchEmbedContents: (wire, asked) => {
    const requests = objectsOf(asked.body?.['requests']);
    const isMeant = requests.every((each) => each['model'] === `models/${asked.model}`);
    const texts = requests.map((each) => (isMeant ? textIn(each['content']) : null));
    const read = { texts, dimensions: requests[0]?.['outputDimensionality'] };
    return answer(wire, asked, read, (vectors, tokens) => ({
      embeddings: vectors.map(valuesOf),
      ...metadataOf(tokens),
    }));
  },
  predict: (wire, asked) => {
    const texts = objectsOf(asked.body?.['instances']).map(({ content }) => stringOf(content));
    const read = { texts, dimensions: objectOf(asked.body?.['parameters'])['outputDimensionality'] };
    return answer(wire, asked, read, (vectors, tokens) => ({
      predictions: vectors.map((each, index) => ({
        embeddings: {
          ...valuesOf(each),
          ...(tokens && { statistics: { truncated: false, token_count: tokens[index] } }),
        },
      })),
    }));
  },
  embedContent: (wire, asked) => {
    const read = { texts: [textIn(asked.body?.['content'])], dimensions: asked.body?.['outputDimensionality'] };
    return answer(wire, asked, read, ([first], tokens) => ({ embedding: valuesOf(first!), ...metadataOf(tokens) }));
  },
};

/** InvokeModel of Titan Text Embeddings and of Cohere Embed, by the name of the model. */
export function invokedModel(wire: SimulatedWire, asked: Asked): SimulatedAnswer {
  if (asked.model.includes('cohere.')) return cohere(wire, asked);
  const { inputText, dimensions } = asked.body ?? {};
  const read = { texts: [stringOf(inputText)], dimensions };
  return answer(wire, asked, read, ([first], tokens) => ({
    embedding: first!['embedding'],
    embeddingsByType: { float: first!['embedding'] },
    ...(tokens && { inputTextTokenCount: tokens[0] }),
  }));
}

/** Cohere's own count stands in a header, which AWS adds. */
function cohere(wire: SimulatedWire, asked: Asked): SimulatedAnswer {
  const { texts: given, input_type: type, embedding_types: types, output_dimension: dimensions } = asked.body ?? {};
  const isMeant = typeof type === 'string' && (types === undefined || JSON.stringify(types) === '["float"]');
  const texts = Array.isArray(given) && isMeant ? (given as JsonValue[]).map((each) => stringOf(each)) : [];
  let counted: readonly JsonValue[] | null = null;
  const said = answer(wire, asked, { texts, dimensions }, (vectors, tokens) => {
    counted = tokens;
    const embeddings = vectors.map(({ embedding }) => embedding as JsonValue);
    return { id: 'b7a2', response_type: 'embeddings_by_type', embeddings: { float: embeddings }, texts };
  });
  if (said.status !== 200 || !isObject(asked.body) || counted === null) return said;
  return { ...said, headers: { ...said.headers, 'x-amzn-bedrock-input-token-count': String(sum(counted)) } };
}
