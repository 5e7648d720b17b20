import { VendorError } from '../errors/vendor-error.js';
import { isObject, objectsOf } from '../json.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import type { Profile } from './profile.js';

const MAX_REQUEST_ID_CHARS = 128;

/** Models that know only max_completion_tokens: OpenAI's o-series and GPT-5 and later, wherever they are served. */
const REASONING_MODEL = /(^|[/:])(o\d|gpt-([5-9]|[1-9]\d))/i;
const OPENAI_HOST = /(^|\.)openai\.com$/i;

const BOUNDS = ['max_completion_tokens', 'max_tokens'] as const;
type Bound = (typeof BOUNDS)[number];

/** The call as POST {baseUrl}/chat/completions. Throws VendorError when base URL or credential cannot be sent. */
export function buildChatRequest(profile: Profile, call: ChatCall, target: Target): VendorRequest {
  const url = profile.url(baseUrl(target), 'chat/completions', target.model);
  const body = chatBody(profile, call, { model: target.model, host: url.hostname });
  return { url: url.href, headers: headersOf(profile, call, target), body: JSON.stringify(body) };
}

/** The call as POST {baseUrl}/embeddings; every field is forwarded. Throws as buildChatRequest. */
export function buildEmbeddingsRequest(profile: Profile, call: ChatCall, target: Target): VendorRequest {
  const url = profile.url(baseUrl(target), 'embeddings', target.model);
  const body = JSON.stringify({ ...call.body, model: target.model });
  return { url: url.href, headers: headersOf(profile, call, target), body };
}

function headersOf(profile: Profile, call: ChatCall, target: Target): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: call.stream ? 'text/event-stream' : 'application/json',
    // The transport does not decompress; without this header a vendor may choose any encoding.
    'accept-encoding': 'identity',
    'x-request-id': call.requestId.replace(/[^\x21-\x7e]/g, '').slice(0, MAX_REQUEST_ID_CHARS),
  };
  if (target.credential === null) return headers;
  const key = target.credential.reveal();
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new VendorError('authentication', "The provider's credential holds characters that no key has.");
  return { ...headers, ...(profile.auth === 'bearer' ? { authorization: `Bearer ${key}` } : { 'api-key': key }) };
}

function baseUrl(target: Target): URL {
  if (!URL.canParse(target.baseUrl))
    throw new VendorError('unavailable', "The provider's base URL is not a URL.", { retryable: false });
  return new URL(target.baseUrl);
}

function chatBody(profile: Profile, call: ChatCall, target: { model: string; host: string }): JsonObject {
  const body: Record<string, JsonValue | undefined> = { ...call.body, model: target.model, stream: call.stream };
  delete body['stream_options'];
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

/** What only other vendors read stands on messages that came back from them; here it is left out, as the canon says. */
function plainMessages(messages: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(messages)) return messages;
  return (messages as JsonValue[]).map((message) => {
    if (!isObject(message)) return message;
    const { thinking_blocks: _thought, reasoning_content: _text, is_error: _failed, ...rest } = message;
    const isMarked = objectsOf(rest['content']).some((part) => 'cache_control' in part);
    if (!isMarked) return rest;
    return { ...rest, content: (rest['content'] as JsonValue[]).map(withoutMark) };
  });
}

function withoutMark(part: JsonValue): JsonValue {
  if (!isObject(part) || !('cache_control' in part)) return part;
  const { cache_control: _mark, ...rest } = part;
  return rest;
}
