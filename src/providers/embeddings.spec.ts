import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EmbeddingsCall, listOfVectors, textsToEmbed } from './embeddings.js';
import { malformed } from './errors/malformed.js';
import { VendorError } from './errors/vendor-error.js';
import { objectsOf } from './json.js';
import type { ChatResult, Target } from './spec/adapter.js';
import type { JsonObject, JsonValue } from './spec/json.js';

const TARGET: Target = { model: 'm', baseUrl: 'http://vendor', credential: null };

/** The answer of a call whose vendor gives these vectors, or this list. */
async function answered(
  asked: JsonObject,
  given: readonly JsonValue[] | JsonObject | VendorError,
): Promise<ChatResult | VendorError> {
  const list = Array.isArray(given) ? listOfVectors(given as readonly JsonValue[], null) : given;
  const call = new EmbeddingsCall({
    buildRequest: () => ({ url: '', headers: {}, body: '' }),
    parseResponse: () =>
      list instanceof VendorError || 'completion' in list
        ? (list as ChatResult | VendorError)
        : { completion: list as JsonObject, usage: null, finishReason: null },
  });
  await call.buildRequest({ body: asked, stream: false, maxOutputTokens: 0, requestId: 'r' }, TARGET);
  return call.parseResponse(200, {}, new Uint8Array());
}

const embeddingsOf = (answer: ChatResult | VendorError): readonly unknown[] =>
  objectsOf((answer as ChatResult).completion['data']).map(({ embedding }) => embedding);
const decoded = (text: unknown): number[] => {
  const bytes = Buffer.from(String(text), 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
};

describe('what is embedded', () => {
  it.each<[JsonObject, object]>([
    [{ input: 'a' }, { texts: ['a'], dimensions: undefined, inputType: null }],
    [
      { input: ['a', 'b'], dimensions: 8 },
      { texts: ['a', 'b'], dimensions: 8 },
    ],
    [
      { input: 'a', dimensions: null, user: 'ann', encoding_format: 'base64' },
      { texts: ['a'], dimensions: undefined },
    ],
    [
      { input: [''], input_type: 'search_query' },
      { texts: [''], inputType: 'search_query' },
    ],
  ])('%j', (body, asked) => {
    expect(textsToEmbed(body)).toMatchObject(asked);
  });

  it.each<[JsonObject, string]>([
    [{}, 'input'],
    [{ input: [] }, 'input'],
    [{ input: 7 }, 'input'],
    [{ input: [1, 2] }, 'input'],
    [{ input: [[1], [2]] }, 'input'],
    [{ input: ['a', [1]] }, 'input'],
    [{ input: 'a', encoding_format: 'int8' }, 'encoding_format'],
    [{ input: 'a', encoding_format: 1 }, 'encoding_format'],
    [{ input: 'a', input_type: 'poem' }, 'input_type'],
    [{ input: 'a', input_type: 1 }, 'input_type'],
    [{ input: 'a', truncate: true }, 'truncate'],
  ])('refuses %j by its name', (body, field) => {
    expect(() => textsToEmbed(body)).toThrow(expect.objectContaining({ kind: 'unsupported', field }));
  });
});

describe('an answer', () => {
  it('has the vectors in order, and usage only when the vendor counted', () => {
    const data = [
      { object: 'embedding', index: 0, embedding: [1, 2] },
      { object: 'embedding', index: 1, embedding: [3, 4] },
    ];
    const vectors = [[1, 2], [3, 4]]; // prettier-ignore
    expect(listOfVectors(vectors, null)).toEqual({
      ...{ completion: { object: 'list', data }, usage: null, finishReason: null },
    });
    expect(listOfVectors(vectors, { input: 5, output: 0 })).toEqual({
      completion: { object: 'list', data, usage: { prompt_tokens: 5, total_tokens: 5 } },
      ...{ usage: { input: 5, output: 0 }, finishReason: null },
    });
  });

  it.each<[readonly (JsonValue | undefined)[]]>([
    [[]],
    [[undefined]],
    [[[]]],
    [[[1], 'AAAA']],
    [[[1, null]]],
    [[{ 0: 1 }]],
  ])('without a vector is none: %j', (vectors) => {
    expect(listOfVectors(vectors, null)).toMatchObject({ kind: 'malformed', retryable: true });
  });

  it.each<[JsonValue, number]>([
    ['one text', 1],
    [['one text'], 1],
    [[5, 6, 7], 1],
    [['a', 'b'], 2],
    [[[5], [6], [7]], 3],
  ])('to %j has %d vectors', async (input, count) => {
    for (const given of [1, 2, 3]) {
      const answer = await answered(
        { input },
        Array.from({ length: given }, () => [1]),
      );
      if (given === count) expect(embeddingsOf(answer)).toHaveLength(count);
      else expect(answer).toMatchObject({ kind: 'malformed', retryable: true, status: 200 });
    }
  });

  it('that is an error stays one', async () => {
    const error = malformed('nothing', 500);
    expect(await answered({ input: 'a', encoding_format: 'base64' }, error)).toBe(error);
  });

  it('is base64 of 32-bit floats, the lowest byte first, where that was asked for', async () => {
    expect(embeddingsOf(await answered({ input: 'a', encoding_format: 'base64' }, [[1, -2.5]]))).toEqual([
      Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]).toString('base64'),
    ]);
    expect(embeddingsOf(await answered({ input: 'a', encoding_format: 'float' }, [[1, -2.5]]))).toEqual([[1, -2.5]]);
    expect(embeddingsOf(await answered({ input: 'a' }, [[1, -2.5]]))).toEqual([[1, -2.5]]);
  });

  it('keeps what the vendor has encoded, and every other field', async () => {
    const data = [{ object: 'embedding', index: 0, embedding: 'AACAPw==', extra: 1 }];
    const answer = await answered({ input: 'a', encoding_format: 'base64' }, { data, object: 'list', usage: {} });
    expect((answer as ChatResult).completion).toEqual({ data, object: 'list', usage: {} });
  });

  it('keeps every number that a 32-bit float can hold', async () => {
    const vectors = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(vectors, async (vector) => {
        const [text] = embeddingsOf(await answered({ input: 'a', encoding_format: 'base64' }, [vector]));
        expect(decoded(text)).toEqual(vector);
      }),
    );
  });
});
