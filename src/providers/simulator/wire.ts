import { createHash } from 'node:crypto';
import type { JsonObject } from '../spec/json.js';
import { type Script, type ScriptedChoice } from './script.js';
import { CHARS_PER_TOKEN, countTokens } from './tokens.js';

/** Bytes that go out together, and the completion tokens that they carry. */
export interface Step {
  readonly bytes: Uint8Array;
  readonly tokens: number;
}

/** Fields that every object of one answer shares. */
export interface Envelope {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly system_fingerprint: string;
}

/** The id is a digest of `seed`; `created` in Unix seconds. */
export function envelopeFor(model: string, seed: string): Envelope {
  const id = `chatcmpl-${createHash('sha256').update(seed).digest('hex').slice(0, 24)}`;
  return { id, created: Math.floor(Date.now() / 1_000), model, system_fingerprint: 'fp_simulated' };
}

const encoder = new TextEncoder();
export const encode = (text: string): Uint8Array => encoder.encode(text);
export const sse = (value: JsonObject): Uint8Array => encode(`data: ${JSON.stringify(value)}\n\n`);

/** OpenAI's usage object, or what the directive put in its place; undefined when it shall be missing. */
function usageObject(script: Script): JsonObject | undefined {
  const { flags } = script.directive;
  if (flags.has('no_usage')) return undefined;
  if (flags.has('wrong_usage')) return { prompt_tokens: -5, completion_tokens: 'many', total_tokens: 1e300 };
  const [prompt, completion] = flags.has('zero_usage') ? [0, 0] : [script.promptTokens, script.completionTokens];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: Math.min(script.cachedTokens, prompt), audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: Math.min(script.reasoningTokens, completion),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

const toolCall = (choice: ScriptedChoice, envelope: Envelope, index: number): JsonObject => ({
  id: `call_${envelope.id.slice(-16)}${index}`,
  type: 'function',
  function: { name: choice.tool ?? '', arguments: choice.text },
});

/** The whole answer as OpenAI's chat.completion. */
export function completionObject(script: Script, envelope: Envelope): JsonObject {
  const choices = script.choices.map((choice, index) => ({
    index,
    message: {
      role: 'assistant',
      content: choice.tool === null ? choice.text : null,
      refusal: null,
      ...(choice.tool !== null && { tool_calls: [toolCall(choice, envelope, index)] }),
    },
    logprobs: null,
    finish_reason: choice.finishReason,
  }));
  return { ...envelope, object: 'chat.completion', choices, usage: usageObject(script) };
}

/** The answer as OpenAI streams it, one token a chunk, choices in turns, less the closing [DONE]. */
export function* streamSteps(script: Script, envelope: Envelope, includeUsage: boolean): Generator<Step> {
  const chunk = (choices: readonly JsonObject[], usage: JsonObject | null = null): Uint8Array =>
    sse({ ...envelope, object: 'chat.completion.chunk', choices, ...(includeUsage && { usage }) });
  const part = (index: number, delta: JsonObject, finish: string | null = null): Uint8Array =>
    chunk([{ index, delta, logprobs: null, finish_reason: finish }]);

  for (const [index, choice] of script.choices.entries()) {
    const tokens = countTokens(choice.tool ?? '') + (index === 0 ? script.reasoningTokens : 0);
    yield { bytes: part(index, openingDelta(choice, envelope, index)), tokens };
  }
  const pieces = script.choices.map((choice) => slices(choice.text));
  for (let turn = 0; pieces.some((each) => turn < each.length); turn++)
    for (const [index, choice] of script.choices.entries()) {
      const piece = pieces[index]?.[turn];
      if (piece !== undefined) yield { bytes: part(index, pieceDelta(choice, piece)), tokens: 1 };
    }
  for (const [index, choice] of script.choices.entries())
    yield { bytes: part(index, {}, choice.finishReason), tokens: 0 };
  const usage = usageObject(script);
  if (includeUsage && usage) yield { bytes: chunk([], usage), tokens: 0 };
}

function openingDelta(choice: ScriptedChoice, envelope: Envelope, index: number): JsonObject {
  if (choice.tool === null) return { role: 'assistant', content: '', refusal: null };
  const call = toolCall({ ...choice, text: '' }, envelope, index);
  return { role: 'assistant', content: null, tool_calls: [{ index: 0, ...call }] };
}

const pieceDelta = (choice: ScriptedChoice, piece: string): JsonObject =>
  choice.tool === null ? { content: piece } : { tool_calls: [{ index: 0, function: { arguments: piece } }] };

/** A text in pieces of one token. */
export function slices(text: string): string[] {
  const chars = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < chars.length; at += CHARS_PER_TOKEN)
    pieces.push(chars.slice(at, at + CHARS_PER_TOKEN).join(''));
  return pieces;
}

/** An error in OpenAI's shape. */
export function errorObject(status: number, message: string, code: string | null = null): JsonObject {
  const type = status >= 500 ? 'server_error' : status === 429 ? 'rate_limit_error' : 'invalid_request_error';
  return { error: { message, type, param: null, code } };
}
