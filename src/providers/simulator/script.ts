import { invalid } from '../../core/errors.js';
import { isObject, objectOf, objectsOf, stringOf } from '../json.js';
import type { JsonObject } from '../spec/json.js';
import { type Directive, parseDirective, withoutDirectives } from './directive.js';
import { sampleOf } from './sample.js';
import { CHARS_PER_TOKEN, countPromptTokens, countTokens, messageText } from './tokens.js';

const MAX_CHOICES = 128;
const EXCERPT_CHARS = 160;
const FILLER = ' It goes on for as long as it was asked to, and means nothing.';

/** One choice of the answer: text, or a tool call. `text` of a tool call is its arguments. */
export interface ScriptedChoice {
  readonly tool: string | null;
  readonly text: string;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
}

/** What the simulator will say, and what it costs in tokens. */
export interface Script {
  readonly directive: Directive;
  readonly model: string;
  readonly choices: readonly ScriptedChoice[];
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  /** Reasoning included. */
  readonly completionTokens: number;
}

/**
 * The answer to a chat.completions body, a pure function of it: promptTokens = countPromptTokens(body);
 * completionTokens = reasoning_tokens + the sum over choices of countTokens(text) + countTokens(tool name).
 * Throws invalid_request for what OpenAI would refuse too, and for an unknown word in a directive.
 */
export function scriptFor(body: JsonObject): Script {
  const model = stringOf(body['model']);
  if (model === null || model === '') throw invalid('model', 'you must provide a model parameter');
  const messages = objectsOf(body['messages']);
  if (messages.length === 0) throw invalid('messages', 'must be a list of at least one message');
  const prompt = messageText(messages.findLast((each) => each['role'] === 'user') ?? {});
  const directive = parseDirective(prompt, model);
  const limit = maxTokens(body);
  const reasoningTokens = Math.min(directive.numbers.reasoning_tokens ?? 0, limit);
  const said = intent(body, directive, withoutDirectives(prompt));
  const choices = Array.from({ length: choiceCount(body) }, (_, index) =>
    cutTo(limit - reasoningTokens, index === 0 || said.fixed ? said : { ...said, text: `(${index + 1}) ${said.text}` }),
  );
  const promptTokens = countPromptTokens(body);
  return {
    directive,
    model,
    choices,
    promptTokens,
    cachedTokens: Math.min(directive.numbers.cached_tokens ?? 0, promptTokens),
    reasoningTokens,
    completionTokens: choices.reduce((sum, each) => sum + tokensOf(each), reasoningTokens),
  };
}

const tokensOf = (choice: ScriptedChoice): number => countTokens(choice.tool ?? '') + countTokens(choice.text);

interface Intent {
  readonly tool: string | null;
  readonly text: string;
  /** The text is JSON, or of a length asked for: nothing may be added. */
  readonly fixed: boolean;
}

function intent(body: JsonObject, directive: Directive, prompt: string): Intent {
  const tool = forcedTool(body);
  if (tool) {
    const text = JSON.stringify(sampleOf(tool['parameters']) ?? {});
    return { tool: stringOf(tool['name']) ?? 'tool', text, fixed: true };
  }
  const format = objectOf(body['response_format']);
  if (format['type'] === 'json_schema')
    return { tool: null, text: JSON.stringify(sampleOf(objectOf(format['json_schema'])['schema'])), fixed: true };
  const excerpt = [...prompt].slice(0, EXCERPT_CHARS).join('');
  if (format['type'] === 'json_object')
    return { tool: null, text: JSON.stringify({ simulated: true, prompt: excerpt }), fixed: true };
  const about = excerpt === '' ? 'The prompt was empty.' : `The prompt was: "${excerpt}".`;
  const text = beforeStop(`This is a simulated answer; no model was called. ${about}`, body);
  const { tokens } = directive.numbers;
  return {
    tool: null,
    text: tokens === undefined ? text : stretch(text, tokens * CHARS_PER_TOKEN),
    fixed: tokens !== undefined,
  };
}

function forcedTool(body: JsonObject): JsonObject | null {
  const tools = objectsOf(body['tools']).map((each) => objectOf(each['function']));
  const choice = body['tool_choice'];
  if (choice === 'required') return tools[0] ?? null;
  if (!isObject(choice) || choice['type'] !== 'function') return null;
  const name = objectOf(choice['function'])['name'];
  const named = tools.find((each) => each['name'] === name);
  if (!named) throw invalid('tool_choice', 'names a tool that is not among tools');
  return named;
}

function beforeStop(text: string, body: JsonObject): string {
  const given = typeof body['stop'] === 'string' ? [body['stop']] : body['stop'];
  const stops = Array.isArray(given) ? given.filter((each) => typeof each === 'string' && each !== '') : [];
  const places = stops.map((each) => text.indexOf(each as string)).filter((at) => at >= 0);
  return places.length === 0 ? text : text.slice(0, Math.min(...places));
}

function stretch(text: string, length: number): string {
  const chars = [...text];
  const missing = Math.max(length - chars.length, 0);
  return chars.slice(0, length).join('') + FILLER.repeat(Math.ceil(missing / FILLER.length)).slice(0, missing);
}

function cutTo(limit: number, said: Intent): ScriptedChoice {
  const room = Math.max(limit - countTokens(said.tool ?? ''), 0);
  const chars = [...said.text];
  const fits = chars.length <= room * CHARS_PER_TOKEN;
  const text = fits ? said.text : chars.slice(0, room * CHARS_PER_TOKEN).join('');
  const ended = said.tool === null ? 'stop' : 'tool_calls';
  return { tool: said.tool, text, finishReason: fits ? ended : 'length' };
}

function maxTokens(body: JsonObject): number {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  if (limit === undefined || limit === null) return Number.MAX_SAFE_INTEGER;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1)
    throw invalid('max_tokens', 'must be a whole number of at least 1');
  return limit;
}

function choiceCount(body: JsonObject): number {
  const n = body['n'] ?? 1;
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > MAX_CHOICES)
    throw invalid('n', `must be a whole number from 1 to ${MAX_CHOICES}`);
  return n;
}
