import { VendorError } from '../errors/vendor-error.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

const MAX_REQUEST_ID_CHARS = 128;

/** Models that know only max_completion_tokens: OpenAI's o-series and GPT-5 and later, wherever they are served. */
const REASONING_MODEL = /(^|[/:])(o\d|gpt-([5-9]|[1-9]\d))/i;
const OPENAI_HOST = /(^|\.)openai\.com$/i;

const BOUNDS = ['max_completion_tokens', 'max_tokens'] as const;

/** The call as POST {baseUrl}/chat/completions. Throws VendorError when base URL or credential cannot be sent. */
export function buildRequest(call: ChatCall, target: Target): VendorRequest {
  const url = endpoint(target.baseUrl);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: call.stream ? 'text/event-stream' : 'application/json',
    // The transport does not decompress; without this header a vendor may choose any encoding.
    'accept-encoding': 'identity',
    'x-request-id': call.requestId.replace(/[^\x21-\x7e]/g, '').slice(0, MAX_REQUEST_ID_CHARS),
  };
  if (target.credential !== null) headers['authorization'] = bearer(target.credential.reveal());
  return { url: url.href, headers, body: JSON.stringify(bodyOf(call, { model: target.model, host: url.hostname })) };
}

function endpoint(baseUrl: string): URL {
  if (!URL.canParse(baseUrl))
    throw new VendorError('unavailable', "The provider's base URL is not a URL.", { retryable: false });
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  return url;
}

function bearer(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return `Bearer ${key}`;
  throw new VendorError('authentication', "The provider's credential holds characters that no key has.");
}

function bodyOf(call: ChatCall, target: { model: string; host: string }): JsonObject {
  const body: Record<string, JsonValue | undefined> = { ...call.body, model: target.model, stream: call.stream };
  delete body['stream_options'];
  if (call.stream) body['stream_options'] = { include_usage: true };
  for (const name of boundsFor(call.body, target)) body[name] = call.maxOutputTokens;
  for (const name of BOUNDS) if (body[name] === null) delete body[name];
  return body;
}

/**
 * Where the output bound goes: into what the client used (null is not used; both stay both, for the vendor to judge),
 * else max_completion_tokens for openai.com and reasoning models, else max_tokens, which every other server knows.
 */
function boundsFor(body: JsonObject, target: { model: string; host: string }): readonly (typeof BOUNDS)[number][] {
  const used = BOUNDS.filter((name) => body[name] !== undefined && body[name] !== null);
  if (used.length > 0) return used;
  return OPENAI_HOST.test(target.host) || REASONING_MODEL.test(target.model)
    ? ['max_completion_tokens']
    : ['max_tokens'];
}
