import { unsupported } from '../errors/unsupported.js';
import { isGiven, OPT_INS } from '../fields.js';
import { baseUrlOf, headersOf, keyOf } from '../http/vendor-request.js';
import { arrayOf, isObject, objectOf, objectsOf } from '../json.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import type { Profile } from './profile.js';

/** Models that know only max_completion_tokens: OpenAI's o-series and GPT-5 and later, wherever they are served. */
const REASONING_MODEL = /(^|[/:])(o\d|gpt-([5-9]|[1-9]\d))/i;
const OPENAI_HOST = /(^|\.)openai\.com$/i;

const BOUNDS = ['max_completion_tokens', 'max_tokens'] as const;
type Bound = (typeof BOUNDS)[number];

/** The call as POST {baseUrl}/chat/completions. Throws VendorError when base URL or credential cannot be sent. */
export function buildChatRequest(profile: Profile, call: ChatCall, target: Target): VendorRequest {
  const url = profile.url(baseUrlOf(target), 'chat/completions', target.model);
  const body = chatBody(profile, call, { model: target.model, host: url.hostname });
  return { url: url.href, headers: authorized(profile, call, target), body: JSON.stringify(body) };
}

/** The call as POST {baseUrl}/embeddings; every field is forwarded. Throws as buildChatRequest. */
export function buildEmbeddingsRequest(profile: Profile, call: ChatCall, target: Target): VendorRequest {
  const url = profile.url(baseUrlOf(target), 'embeddings', target.model);
  const body = JSON.stringify({ ...call.body, model: target.model });
  return { url: url.href, headers: authorized(profile, call, target), body };
}

function authorized(profile: Profile, call: ChatCall, { credential }: Target): VendorRequest['headers'] {
  if (credential === null) return headersOf(call);
  const key = keyOf(credential);
  return {
    ...headersOf(call),
    ...(profile.auth === 'bearer' ? { authorization: `Bearer ${key}` } : { 'api-key': key }),
  };
}

function chatBody(profile: Profile, call: ChatCall, target: { model: string; host: string }): JsonObject {
  const body: Record<string, JsonValue | undefined> = { ...call.body, model: target.model, stream: call.stream };
  for (const name of ['stream_options', ...OPT_INS]) delete body[name];
  if (call.stream && profile.streamOptions) body['stream_options'] = { include_usage: true };
  body['messages'] = plainMessages(call.body['messages']);
  if (Array.isArray(body['tools'])) body['tools'] = (body['tools'] as JsonValue[]).map(withoutMark);
  for (const name of BOUNDS) delete body[name];
  for (const name of boundsFor(profile, call.body, target)) body[name] = call.maxOutputTokens;
  for (const [ours, theirs] of Object.entries(profile.renamed)) rename(body, ours, theirs);
  return body;
}

/**
 * Where the output bound goes: max_completion_tokens for reasoning models, which know no other; into what the client
 * used (null is not used; both stay both, for the vendor to judge); else max_completion_tokens for openai.com, and
 * max_tokens, which every other server knows.
 */
function boundsFor(profile: Profile, body: JsonObject, target: { model: string; host: string }): readonly Bound[] {
  if (isRenamed(profile, 'max_completion_tokens')) return ['max_tokens'];
  if (REASONING_MODEL.test(target.model)) return ['max_completion_tokens'];
  const used = BOUNDS.filter((name) => body[name] !== undefined && body[name] !== null);
  if (used.length > 0) return used;
  return OPENAI_HOST.test(target.host) ? ['max_completion_tokens'] : ['max_tokens'];
}

const isRenamed = (profile: Profile, name: string): boolean => profile.renamed[name] !== undefined;

function rename(body: Record<string, JsonValue | undefined>, ours: string, theirs: string): void {
  if (body[ours] === undefined) return;
  body[theirs] ??= body[ours];
  delete body[ours];
}

/**
 * What only other vendors read stands on messages that came back from them; here it is left out, as the canon says. That a
 * tool failed is said in its result, where there is no other place for it.
 */
function plainMessages(messages: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(messages)) return messages;
  return (messages as JsonValue[]).map((message, index) => {
    if (!isObject(message)) return message;
    const { thinking_blocks: _thought, reasoning_content: _text, is_error: failed, ...rest } = message;
    const { tool_calls: calls } = rest;
    const content = failed === true ? failureOf(rest.content) : rest.content;
    refuseAddresses(content, `messages[${index}].content`);
    return {
      ...rest,
      ...(failed === true && { content }),
      ...(hasMark(content) && { content: content.map(withoutMark) }),
      ...(hasMark(calls) && { tool_calls: calls.map(withoutMark) }),
    };
  });
}

const FAILED = 'Error:';

/** The result of a tool that failed. */
function failureOf(content: JsonValue | undefined): JsonValue {
  if (Array.isArray(content)) return [{ type: 'text', text: FAILED }, ...(content as JsonValue[])];
  return typeof content === 'string' && content !== '' ? `${FAILED} ${content}` : FAILED;
}

/** Files go inline here; a server that knows no address of one may read over it. */
function refuseAddresses(content: JsonValue | undefined, at: string): void {
  for (const [index, part] of arrayOf(content).entries())
    if (isGiven(objectOf(objectOf(part)['file'])['file_url'])) throw unsupported(`${at}[${index}].file.file_url`);
}

const hasMark = (list: JsonValue | undefined): list is readonly JsonValue[] =>
  objectsOf(list).some((each) => 'cache_control' in each);

function withoutMark(part: JsonValue): JsonValue {
  if (!isObject(part) || !('cache_control' in part)) return part;
  const { cache_control: _mark, ...rest } = part;
  return rest;
}
