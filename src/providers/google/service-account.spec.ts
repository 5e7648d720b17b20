import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../core/secret.js';
import { VendorError } from '../errors/vendor-error.js';
import { vertexAdapter } from './google-adapter.js';
import { ServiceAccountTokens } from './service-account.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const KEY_FILE = JSON.stringify({
  ...{ type: 'service_account', project_id: 'p', private_key_id: 'kid1', private_key: PEM },
  client_email: 'tollkeeper@p.iam.gserviceaccount.com',
});
const START_MS = 1_700_000_000_500;

const claimsOf = (token: string): unknown[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));

const authorization = (credential: string): string | undefined => {
  const target = { model: 'm', baseUrl: 'https://h/v1/projects/p/locations/l', credential: new Secret(credential) };
  const call = { body: { messages: [] }, stream: false, maxOutputTokens: 1, requestId: 'r' };
  const { headers } = vertexAdapter.buildRequest(call, target);
  return (headers as Record<string, string>)['authorization'];
};

describe('a token of a service account', () => {
  it('is a JWT that its key signed, after AIP-4111', () => {
    const token = new ServiceAccountTokens(() => START_MS).tokenFor(KEY_FILE);
    expect(claimsOf(token)).toEqual([
      { alg: 'RS256', typ: 'JWT', kid: 'kid1' },
      {
        iss: 'tollkeeper@p.iam.gserviceaccount.com',
        sub: 'tollkeeper@p.iam.gserviceaccount.com',
        aud: 'https://aiplatform.googleapis.com/',
        iat: 1_700_000_000,
        exp: 1_700_003_600,
      },
    ]);
    const [head, claims, signature = ''] = token.split('.');
    const signed = Buffer.from(`${head}.${claims}`);
    expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('is kept until its last five minutes', () => {
    let nowMs = START_MS;
    const tokens = new ServiceAccountTokens(() => nowMs);
    const first = tokens.tokenFor(KEY_FILE);
    nowMs += 3_299_000;
    expect(tokens.tokenFor(KEY_FILE)).toBe(first);
    nowMs += 1_000;
    expect(claimsOf(tokens.tokenFor(KEY_FILE))[1]).toMatchObject({ iat: 1_700_003_300 });
  });

  it('is forgotten when a hundred others were used since', () => {
    let nowMs = START_MS;
    const tokens = new ServiceAccountTokens(() => nowMs);
    tokens.tokenFor(KEY_FILE);
    for (let number = 0; number < 100; number++) tokens.tokenFor(`${KEY_FILE}${' '.repeat(number + 1)}`);
    nowMs += 1_000;
    expect(claimsOf(tokens.tokenFor(KEY_FILE))[1]).toMatchObject({ iat: 1_700_000_001 });
    expect(claimsOf(tokens.tokenFor(`${KEY_FILE}${' '.repeat(100)}`))[1]).toMatchObject({ iat: 1_700_000_000 });
  });

  it('is shown to Vertex AI, whether the key file comes as it is or in base64', () => {
    const plain = authorization(KEY_FILE);
    expect(plain).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(claimsOf(plain?.slice('Bearer '.length) ?? '')[0]).toMatchObject({ kid: 'kid1' });
    const encoded = authorization(Buffer.from(`\n${KEY_FILE}`).toString('base64'));
    expect(claimsOf(encoded?.slice('Bearer '.length) ?? '')[0]).toMatchObject({ kid: 'kid1' });
  });

  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ecPem = elliptic.export({ type: 'pkcs8', format: 'pem' }).toString();
  const base = { client_email: 'secret-name@x', private_key_id: 'k', private_key: PEM };
  it.each([
    '{',
    '{"type":"authorized_user"}',
    Buffer.from('{"private_key": "secret-value').toString('base64'),
    JSON.stringify({ ...base, private_key: 'secret-value' }),
    JSON.stringify({ ...base, private_key: ecPem }),
    JSON.stringify({ ...base, private_key: PEM.slice(0, 200) }),
    JSON.stringify({ ...base, private_key: { secret: 1 } }),
    JSON.stringify({ ...base, client_email: null }),
    JSON.stringify({ ...base, private_key_id: 5 }),
  ])('is not made of a broken key file, which is not shown (%#)', (credential) => {
    let error: unknown;
    try {
      authorization(credential);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(VendorError);
    expect(error).toMatchObject({ kind: 'authentication', retryable: false });
    expect((error as VendorError).cause).toBeUndefined();
    expect((error as VendorError).message).toBe(
      "The provider's credential is not the key file of a Google service account.",
    );
  });
});
