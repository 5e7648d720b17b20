import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../core/secret.js';
import { adapterFor, type JsonObject, type ProviderKind } from '../index.js';
import type { VendorRequest } from '../spec/adapter.js';

const CLAUDE = 'claude-sonnet-4-5';
const TWO = ['interleaved-thinking-2025-05-14', 'context-1m-2025-08-07'];
const BASES: Readonly<Partial<Record<ProviderKind, string>>> = {
  bedrock: 'https://bedrock-runtime.eu-central-1.amazonaws.com',
};

async function built(kind: ProviderKind, model: string, betas: unknown): Promise<VendorRequest> {
  const body = { messages: [{ role: 'user', content: 'Hello' }], anthropic_beta: betas } as JsonObject;
  const target = { model, baseUrl: BASES[kind] ?? 'https://vendor.example/v1', credential: new Secret('key') };
  return adapterFor(kind).buildRequest({ body, stream: false, maxOutputTokens: 99, requestId: 'r' }, target);
}

describe('features that a call opts in to', () => {
  it("go to Anthropic's API as its header", async () => {
    const { headers, body } = await built('anthropic', CLAUDE, TWO);
    expect(headers['anthropic-beta']).toBe(TWO.join(','));
    expect(body).not.toContain('beta');
  });

  it('go to Claude on Bedrock as a field of the model', async () => {
    const { headers, body } = await built('bedrock', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', TWO);
    expect(JSON.parse(body)).toMatchObject({ additionalModelRequestFields: { anthropic_beta: TWO } });
    expect(headers['anthropic-beta']).toBeUndefined();
  });

  it.each<[ProviderKind, string]>([
    ...(['openai', 'azure-openai', 'mistral', 'groq', 'openai-compatible', 'simulator'] as const).map(
      (kind): [ProviderKind, string] => [kind, 'gpt-test'],
    ),
    ['google', 'gemini-2.5-flash'],
    ['vertex', 'gemini-2.5-flash'],
    ['bedrock', 'eu.amazon.nova-pro-v1:0'],
  ])('are told to nobody else: %s', async (kind, model) => {
    const { headers, body } = await built(kind, model, TWO);
    expect(JSON.stringify(headers) + body).not.toMatch(/beta|interleaved/);
  });

  it('are none without names', async () => {
    for (const none of [undefined, null, []])
      expect((await built('anthropic', CLAUDE, none)).headers['anthropic-beta']).toBeUndefined();
  });

  it.each([
    ...['a', {}, 7, [''], [1], ['a b'], ['a,b'], ['a\r\nx-api-key: b'], ['-a'], ['ä'], ['a'.repeat(101)]],
    Array.from({ length: 33 }, (_, index) => `feature-${index}`),
  ])('are names, and not too many: %j', async (betas) => {
    const refusal = { kind: 'unsupported', field: 'anthropic_beta' };
    await expect(built('anthropic', CLAUDE, betas)).rejects.toMatchObject(refusal);
    await expect(built('bedrock', 'anthropic.claude-sonnet-4-5', betas)).rejects.toMatchObject(refusal);
  });
});

describe('a feature that the vendor does not know', () => {
  const answered = (kind: ProviderKind, status: number, body: object): unknown =>
    adapterFor(kind).parseResponse(status, {}, new TextEncoder().encode(JSON.stringify(body)));
  const refusal = { type: 'invalid_request_error' };

  it.each<[ProviderKind, object]>([
    [
      'anthropic',
      { error: { ...refusal, message: 'Unexpected value(s) `x-1` for the `anthropic-beta` header. See the docs.' } },
    ],
    ['anthropic', { error: { ...refusal, message: 'Unsupported beta header: x-1' } }],
    ['bedrock', { message: 'The model returned the following errors: invalid beta flag' }],
  ])('of %s is refused by name, so that another target can be tried: %j', (kind, body) => {
    expect(answered(kind, 400, body)).toMatchObject({
      ...{ kind: 'unsupported', field: 'anthropic_beta', status: 400, message: expect.stringMatching(/beta (h|f)|`/) },
    });
  });

  it('is not seen in other errors', () => {
    const message = 'messages: must not be empty';
    expect(answered('anthropic', 400, { error: { ...refusal, message } })).toMatchObject({ kind: 'refused' });
    const overloaded = { error: { type: 'overloaded_error', message: 'anthropic-beta' } };
    expect(answered('anthropic', 529, overloaded)).toMatchObject({ kind: 'unavailable' });
  });
});
