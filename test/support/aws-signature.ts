import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** An access key as the gateway takes it: ACCESS_KEY_ID:SECRET_ACCESS_KEY. */
export const AWS_CREDENTIAL = 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

/** AWS allows a clock to differ by so much. */
const MAX_SKEW_MS = 300_000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(\w+)\/\d{8}\/([\w-]+)\/bedrock\/aws4_request, SignedHeaders=([\w;-]+), Signature=[0-9a-f]{64}$/;

/** A request as it arrived. */
export interface SignedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** By their names in lowercase. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is wrong with the Signature Version 4 of a request, as the service finds by signing what arrived; null if nothing. */
export async function signatureFault(request: SignedRequest): Promise<string | null> {
  const { headers, method, path, body } = request;
  const [, accessKeyId, region, signedNames] = AUTHORIZATION.exec(headers['authorization'] ?? '') ?? [];
  const [ownId, secretAccessKey] = AWS_CREDENTIAL.split(':');
  if (accessKeyId === undefined || region === undefined || signedNames === undefined) return 'MissingAuthentication';
  if (accessKeyId !== ownId || secretAccessKey === undefined) return 'UnrecognizedClient';
  const signingDate = timeIn(headers['x-amz-date'] ?? '');
  if (!(Math.abs(signingDate.getTime() - Date.now()) <= MAX_SKEW_MS)) return 'RequestExpired';
  if (headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex')) return 'InvalidSignature';
  const names = signedNames.split(';');
  if (!['host', 'x-amz-date'].every((name) => names.includes(name))) return 'IncompleteSignature';
  const signer = new SignatureV4({
    ...{ service: 'bedrock', region, credentials: { accessKeyId, secretAccessKey } },
    ...{ sha256: Sha256, uriEscapePath: true },
  });
  const url = new URL(path, `http://${headers['host'] ?? ''}`);
  const query = Object.fromEntries([...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name)]));
  const signed = await signer.sign(
    {
      ...{ method, protocol: url.protocol, hostname: url.hostname, path: url.pathname, query, body },
      headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])),
    },
    { signingDate },
  );
  return signed.headers['authorization'] === headers['authorization'] ? null : 'InvalidSignature';
}

/** 20260102T030405Z; an invalid date for anything else. */
const timeIn = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
