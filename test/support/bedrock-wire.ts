import { EventStreamCodec } from '@smithy/eventstream-codec';
import { objectOf, objectsOf, parseJson, stringOf } from '../../src/providers/json.js';
import type { SimulatedWire } from '../../src/providers/simulator/answer.js';
import { type Script, type ScriptedChoice, scriptFor } from '../../src/providers/simulator/script.js';
import { countTokens } from '../../src/providers/simulator/tokens.js';
import { encode, type Envelope, slices, type Step } from '../../src/providers/simulator/wire.js';
import type { JsonObject, JsonValue } from '../../src/providers/spec/json.js';

/** Exceptions of the Bedrock runtime, by the status that they come with. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};
export const exceptionOf = (status: number): string =>
  EXCEPTIONS[status] ?? (status < 500 ? 'ValidationException' : 'InternalServerException');

/** The simulator's script for the body of a Converse, with the model of its path. */
function scriptOf(body: JsonObject): Script {
  const config = objectOf(body['inferenceConfig']);
  const { tools: given, toolChoice } = objectOf(body['toolConfig']);
  const tools = objectsOf(given).flatMap(({ toolSpec }) => {
    const { name, description, inputSchema } = objectOf(toolSpec);
    return toolSpec === undefined
      ? []
      : [{ type: 'function', function: { name, description, parameters: objectOf(inputSchema)['json'] } }];
  });
  const format = objectOf(objectOf(objectOf(body['outputConfig'])['textFormat'])['structure'])['jsonSchema'];
  const system = objectsOf(body['system']);
  return scriptFor({
    model: body['model'],
    messages: [
      ...(system.length > 0 ? [{ role: 'system', content: contentOf(system) }] : []),
      ...objectsOf(body['messages']).flatMap(chatMessages),
    ],
    max_tokens: config['maxTokens'],
    stop: config['stopSequences'],
    ...(tools.length > 0 && { tools, tool_choice: choiceOf(objectOf(toolChoice)) }),
    ...(format !== undefined && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: parseJson(stringOf(objectOf(format)['schema']) ?? '') },
      },
    }),
  });
}

function choiceOf({ any, tool }: JsonObject): JsonValue {
  if (any !== undefined) return 'required';
  return tool === undefined ? 'auto' : { type: 'function', function: { name: objectOf(tool)['name'] } };
}

/** A single text as a string, since a message is counted by its text. */
function contentOf(blocks: readonly JsonObject[]): JsonValue {
  const said = blocks.filter((each) => each['cachePoint'] === undefined);
  const [first, ...others] = said;
  if (typeof first?.['text'] === 'string' && others.length === 0) return first['text'];
  return said.map(({ text }) => (text === undefined ? { type: 'file' } : { type: 'text', text }));
}

function chatMessages({ role, content }: JsonObject): JsonObject[] {
  const blocks = objectsOf(content);
  const results = blocks.flatMap((each) => (each['toolResult'] ? [objectOf(each['toolResult'])] : []));
  const calls = blocks.flatMap((each) => (each['toolUse'] ? [objectOf(each['toolUse'])] : []));
  const said = blocks.filter((each) => !each['toolResult'] && !each['toolUse']);
  const called = calls.map(({ toolUseId, name, input }) => ({
    id: toolUseId,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  return [
    ...results.map((each) => ({ role: 'tool', content: contentOf(objectsOf(each['content'])) })),
    ...(said.length + calls.length === 0
      ? []
      : [{ role, content: contentOf(said), ...(calls.length > 0 && { tool_calls: called }) }]),
  ];
}

/** TokenUsage, or what the directive put in its place; undefined when it shall be missing. */
function usageOf(script: Script): JsonObject | undefined {
  const { flags } = script.directive;
  if (flags.has('no_usage')) return undefined;
  if (flags.has('wrong_usage')) return { inputTokens: -5, outputTokens: 'many', totalTokens: 1e300 };
  const [prompt, completion] = flags.has('zero_usage') ? [0, 0] : [script.promptTokens, script.completionTokens];
  const cached = Math.min(script.cachedTokens, prompt);
  return {
    inputTokens: prompt - cached,
    outputTokens: completion,
    totalTokens: prompt + completion,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: 0,
  };
}

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const;
/** One token a word of four characters, so that the text of what was thought costs what the script says. */
const thoughtOf = (script: Script): string => 'hmm '.repeat(script.reasoningTokens);
const SIGNATURE = 'c2lnbmVkIGJ5IHRoZSBzdGFuZC1pbg==';
const toolUseId = (envelope: Envelope): string => `tooluse_${envelope.id.slice(-22)}`;

/** The whole answer of Converse: the first choice, after what was thought. */
function wholeAnswer(script: Script, envelope: Envelope): JsonObject {
  const [choice] = script.choices;
  const thought = { reasoningContent: { reasoningText: { text: thoughtOf(script), signature: SIGNATURE } } };
  const input = parseJson(choice?.text ?? '') ?? {};
  const said =
    choice?.tool === null
      ? { text: choice.text }
      : { toolUse: { toolUseId: toolUseId(envelope), name: choice?.tool ?? '', input } };
  return {
    output: { message: { role: 'assistant', content: [...(script.reasoningTokens > 0 ? [thought] : []), said] } },
    stopReason: STOP_REASONS[choice?.finishReason ?? 'stop'],
    usage: usageOf(script),
    metrics: { latencyMs: 7 },
  };
}

const codec = new EventStreamCodec(
  (bytes: Uint8Array) => new TextDecoder().decode(bytes),
  (text) => encode(text),
);

/** A message of application/vnd.amazon.eventstream. AWS pads each, so that its length tells little. */
function frame(kind: 'event' | 'exception', type: string, body: JsonObject): Uint8Array {
  const headers = { [`:${kind}-type`]: type, ':content-type': 'application/json', ':message-type': kind };
  return codec.encode({
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }])),
    body: encode(JSON.stringify({ ...body, p: 'abcdefgh' })),
  });
}

type Event = readonly [type: string, body: JsonObject];

const step = (tokens: number, ...events: readonly Event[]): Step => ({
  bytes: Buffer.concat(events.map(([type, body]) => frame('event', type, body))),
  tokens,
});
const BEGIN: Event = ['messageStart', { role: 'assistant' }];
const deltaOf = (index: number, delta: JsonObject): Event => ['contentBlockDelta', { contentBlockIndex: index, delta }];
const stopOf = (index: number): Event => ['contentBlockStop', { contentBlockIndex: index }];

/**
 * The answer as ConverseStream gives it, one token a step. Each step up to the end is what one chunk of a canonical
 * stream says, so that `cut_after` counts the same here and there. The stream ends by being closed.
 */
function* steps(script: Script, envelope: Envelope): Generator<Step> {
  const isThinking = script.reasoningTokens > 0;
  const index = isThinking ? 1 : 0;
  if (isThinking) {
    const reasoned = (piece: JsonObject): Event => deltaOf(0, { reasoningContent: piece });
    yield step(script.reasoningTokens, BEGIN, reasoned({ text: thoughtOf(script) }));
    yield step(0, reasoned({ signature: SIGNATURE }), stopOf(0));
  }
  const [choice] = script.choices;
  const opening = isThinking ? [] : [BEGIN];
  if (choice)
    yield* choice.tool === null
      ? textSteps(choice, index, opening)
      : callSteps(choice, index, [...opening, startOf(choice, index, envelope)]);
  yield step(0, stopOf(index), ['messageStop', { stopReason: STOP_REASONS[choice?.finishReason ?? 'stop'] }]);
  const usage = usageOf(script);
  yield step(0, ['metadata', { ...(usage && { usage }), metrics: { latencyMs: 7 } }]);
}

function* textSteps({ text }: ScriptedChoice, index: number, opening: readonly Event[]): Generator<Step> {
  for (const [at, piece] of slices(text).entries())
    yield step(1, ...(at === 0 ? opening : []), deltaOf(index, { text: piece }));
}

const startOf = ({ tool }: ScriptedChoice, index: number, envelope: Envelope): Event => [
  'contentBlockStart',
  { contentBlockIndex: index, start: { toolUse: { toolUseId: toolUseId(envelope), name: tool ?? '' } } },
];

function* callSteps({ tool, text }: ScriptedChoice, index: number, opening: readonly Event[]): Generator<Step> {
  yield step(countTokens(tool ?? ''), ...opening);
  for (const input of slices(text)) yield step(1, deltaOf(index, { toolUse: { input } }));
}

/** Converse and ConverseStream as the simulator's scripts say them; the type of an error stands in its headers too. */
export const BEDROCK: SimulatedWire = Object.freeze({
  script: scriptOf,
  whole: wholeAnswer,
  steps,
  error: (status: number, message: string) => ({ __type: exceptionOf(status), message }),
  errorEvent: ({ message }: JsonObject) => frame('exception', 'internalServerException', { message }),
  endMark: null,
});

/** A call of a model, by its path. */
interface Operation {
  readonly model: string;
  readonly name: string;
  readonly stream: boolean;
}

/** What is called at /model/{model}/converse, converse-stream or invoke; null for another path. */
export function bedrockMethod(path: string): Operation | null {
  const [, model, name] = /^\/model\/([^/]+)\/(converse|converse-stream|invoke)$/.exec(path) ?? [];
  if (model === undefined || name === undefined) return null;
  return { model: decodeURIComponent(model), name, stream: name === 'converse-stream' };
}
