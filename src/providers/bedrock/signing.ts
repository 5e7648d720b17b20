import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Secret } from '../../core/secret.js';
import { VendorError } from '../errors/vendor-error.js';
import { keyOf } from '../http/vendor-request.js';

/** A POST before it carries a credential. */
interface UnsignedRequest {
  readonly url: URL;
  /** Header names are lowercase. Only the content type is signed with what AWS demands. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the base URL when its host names none. */
  readonly region: string | null;
}

const SERVICE = 'bedrock';
const REGION = /^[a-z]{2,5}(?:-[a-z]+){1,2}-\d{1,2}$/;
/** Public, FIPS, dual-stack and VPC endpoints: bedrock-runtime.eu-central-1.amazonaws.com. */
const HOST = /(?:^|\.)bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./;
/** ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]; a Bedrock API key holds no colon. */
const KEY_PAIR = /^(\w{4,128}):([\x21-\x39\x3b-\x7e]+)(?::([\x21-\x7e]+))?$/;

/**
 * The headers with the credential: a Bedrock API key as it is, an access key as its Signature Version 4 at `now`.
 * Throws VendorError when there is no region to sign for or the credential cannot be sent.
 */
export async function authorize(
  request: UnsignedRequest,
  credential: Secret | null,
  now: Date,
): Promise<Readonly<Record<string, string>>> {
  if (credential === null) return request.headers;
  const key = keyOf(credential);
  const [, accessKeyId, secretAccessKey, sessionToken] = KEY_PAIR.exec(key) ?? [];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    return { ...request.headers, authorization: `Bearer ${key}` };
  const signer = new SignatureV4({
    service: SERVICE,
    region: regionOf(request),
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: Sha256,
    // Every service but S3 signs the path with its escapes escaped once more.
    uriEscapePath: true,
  });
  const signed = await signer.sign(signable(request), { signingDate: now });
  // The transport sets the host, the same as the signed one, from the URL.
  const { host: _host, ...headers } = signed.headers;
  return { ...request.headers, ...headers };
}

type Signable = Exclude<Parameters<SignatureV4['presign']>[0], undefined>;

function signable({ url, headers, body }: UnsignedRequest): Signable {
  return {
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: queryOf(url),
    headers: {
      host: url.host,
      ...(headers['content-type'] !== undefined && { 'content-type': headers['content-type'] }),
      // Hashed here because the library's own hash is written in JavaScript, and a body can hold images.
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    },
    body,
  };
}

function queryOf(url: URL): Record<string, string[]> {
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  return query;
}

function regionOf({ url, region }: UnsignedRequest): string {
  const found = HOST.exec(url.hostname)?.[1] ?? region ?? '';
  if (REGION.test(found)) return found;
  throw new VendorError('unavailable', "The provider's base URL does not name a region.", { retryable: false });
}
