import { objectOf, objectsOf, parseJson } from '../../src/providers/json.js';
import type { SimulatedWire } from '../../src/providers/simulator/answer.js';
import { type Script, type ScriptedChoice, scriptFor } from '../../src/providers/simulator/script.js';
import { countTokens } from '../../src/providers/simulator/tokens.js';
import { type Envelope, slices, sse, type Step } from '../../src/providers/simulator/wire.js';
import type { JsonObject, JsonValue } from '../../src/providers/spec/json.js';

/** google.rpc.Code, by the status that it comes with. */
const CODES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The simulator's script for the body of a generateContent, with the model of its path. */
function scriptOf(body: JsonObject): Script {
  const config = objectOf(body['generationConfig']);
  const system = objectOf(body['systemInstruction'])['parts'];
  const tools = objectsOf(body['tools'])
    .flatMap((each) => objectsOf(each['functionDeclarations']))
    .map(({ name, description, parametersJsonSchema: parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    }));
  const { mode, allowedFunctionNames: names } = objectOf(objectOf(body['toolConfig'])['functionCallingConfig']);
  return scriptFor({
    model: body['model'],
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: contentOf(system) }]),
      ...objectsOf(body['contents']).flatMap(chatMessages),
    ],
    max_tokens: config['maxOutputTokens'],
    stop: config['stopSequences'],
    n: config['candidateCount'],
    ...(tools.length > 0 && { tools, tool_choice: mode === 'ANY' ? forcedOf(names) : 'auto' }),
    ...(config['responseMimeType'] === 'application/json' && { response_format: formatOf(config) }),
  });
}

const forcedOf = (names: JsonValue | undefined): JsonValue =>
  Array.isArray(names) ? { type: 'function', function: { name: names[0] as string } } : 'required';

const formatOf = ({ responseJsonSchema: schema }: JsonObject): JsonObject =>
  schema === undefined ? { type: 'json_object' } : { type: 'json_schema', json_schema: { name: 'answer', schema } };

/** A single text as a string, since a message is counted by its text. */
function contentOf(parts: JsonValue | undefined): JsonValue {
  const [first, ...others] = objectsOf(parts);
  if (typeof first?.['text'] === 'string' && others.length === 0) return first['text'];
  return objectsOf(parts).map((part) => (part['text'] === undefined ? { type: 'file' } : { ...part, type: 'text' }));
}

function chatMessages({ role, parts }: JsonObject): JsonObject[] {
  const all = objectsOf(parts);
  const results = all.flatMap((each) => (each['functionResponse'] ? [objectOf(each['functionResponse'])] : []));
  const calls = all.flatMap((each) => (each['functionCall'] ? [objectOf(each['functionCall'])] : []));
  const said = all.filter((each) => !each['functionResponse'] && !each['functionCall']);
  const called = calls.map(({ name, args }) => ({
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
  return [
    ...results.map(({ response }) => ({ role: 'tool', content: JSON.stringify(response) })),
    ...(said.length + calls.length === 0
      ? []
      : [
          {
            role: role === 'model' ? 'assistant' : 'user',
            content: contentOf(said),
            ...(calls.length > 0 && { tool_calls: called }),
          },
        ]),
  ];
}

/** usageMetadata, or what the directive put in its place; undefined when it shall be missing. */
function usageOf(script: Script): JsonObject | undefined {
  const { flags } = script.directive;
  if (flags.has('no_usage')) return undefined;
  if (flags.has('wrong_usage')) return { promptTokenCount: -5, candidatesTokenCount: 'many' };
  const [prompt, completion] = flags.has('zero_usage') ? [0, 0] : [script.promptTokens, script.completionTokens];
  const thoughts = Math.min(script.reasoningTokens, completion);
  const cached = Math.min(script.cachedTokens, prompt);
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: completion - thoughts,
    totalTokenCount: prompt + completion,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    ...(cached > 0 && { cachedContentTokenCount: cached }),
    ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
  };
}

const FINISH = { stop: 'STOP', length: 'MAX_TOKENS', tool_calls: 'STOP' } as const;

/** One token a word of four characters, so that the text of what was thought costs what the script says. */
const thoughtOf = (script: Script): JsonObject => ({ text: 'hmm '.repeat(script.reasoningTokens), thought: true });
const callOf = ({ tool, text }: ScriptedChoice): JsonObject => ({
  functionCall: { name: tool ?? '', args: parseJson(text) ?? {} },
});

const answerOf = (
  envelope: Envelope,
  candidates: readonly JsonObject[],
  usage: JsonObject | undefined,
): JsonObject => ({
  candidates,
  ...(usage && { usageMetadata: usage }),
  modelVersion: envelope.model,
  responseId: envelope.id.slice(-22),
});

/** The whole answer as GenerateContentResponse; what was thought stands in the first candidate. */
function wholeAnswer(script: Script, envelope: Envelope): JsonObject {
  const candidates = script.choices.map((choice, index) => ({
    index,
    content: {
      role: 'model',
      parts: [
        ...(index === 0 && script.reasoningTokens > 0 ? [thoughtOf(script)] : []),
        choice.tool === null ? { text: choice.text } : callOf(choice),
      ],
    },
    finishReason: FINISH[choice.finishReason],
  }));
  return answerOf(envelope, candidates, usageOf(script));
}

/**
 * The answer as Gemini streams it, one token a step and candidates in turns; a function call comes whole. Every piece
 * has the count so far, and the last of each candidate its finishReason. The stream ends by being closed.
 */
function* steps(script: Script, envelope: Envelope): Generator<Step> {
  const usage = usageOf(script);
  const soFar = usage && { ...usage, candidatesTokenCount: 1 };
  const piece = (index: number, parts: readonly JsonObject[]): Uint8Array =>
    sse(answerOf(envelope, [{ index, content: { role: 'model', parts } }], soFar));
  if (script.reasoningTokens > 0) yield { bytes: piece(0, [thoughtOf(script)]), tokens: script.reasoningTokens };
  const texts = script.choices.map((choice) => (choice.tool === null ? slices(choice.text) : []));
  for (let turn = 0; texts.some((each) => turn < each.length); turn++)
    for (const [index, each] of texts.entries())
      if (each[turn] !== undefined) yield { bytes: piece(index, [{ text: each[turn] }]), tokens: 1 };
  for (const [index, choice] of script.choices.entries()) {
    const tokens = countTokens(choice.tool ?? '') + countTokens(choice.text);
    if (choice.tool !== null) yield { bytes: piece(index, [callOf(choice)]), tokens };
  }
  for (const [index, choice] of script.choices.entries()) {
    const last = {
      index,
      content: { role: 'model', parts: [{ text: '' }] },
      finishReason: FINISH[choice.finishReason],
    };
    const isLast = index === script.choices.length - 1;
    yield { bytes: sse(answerOf(envelope, [last], isLast ? usage : soFar)), tokens: 0 };
  }
}

/** An error in Google's shape. */
export const googleError = (status: number, message: string, details: readonly JsonObject[] = []): JsonObject => ({
  error: {
    code: status,
    message,
    status: CODES[status] ?? (status < 500 ? 'FAILED_PRECONDITION' : 'UNKNOWN'),
    ...(details.length > 0 && { details }),
  },
});

/** generateContent and streamGenerateContent?alt=sse as the simulator's scripts say them. */
export const GOOGLE: SimulatedWire = Object.freeze({
  script: scriptOf,
  whole: wholeAnswer,
  steps,
  error: (status: number, message: string) => googleError(status, message),
  errorEvent: sse,
  endMark: null,
});

/** A call of a model, by its path. */
interface Method {
  readonly model: string;
  readonly name: string;
  readonly stream: boolean;
}

const METHOD =
  /\/models\/([^/:]+):(generateContent|streamGenerateContent(?=\?alt=sse$)|batchEmbedContents|predict|embedContent)(\?alt=sse)?$/;

/** What is called at /v1beta/models/{model}:{method}, or below a project of Vertex AI; null for another path. */
export function googleMethod(path: string): Method | null {
  const [, model, name] = METHOD.exec(path) ?? [];
  if (model === undefined || name === undefined) return null;
  return { model: decodeURIComponent(model), name, stream: name === 'streamGenerateContent' };
}
