import { ApolloServer } from '@apollo/server';
import { describe, expect, it } from '@jest/globals';
import { ForbiddenException } from '@nestjs/common';
import { DomainError, invalid } from '../../core/errors.js';
import { graphqlErrorFormatter } from './errors.js';
import { depthLimit } from './limits.js';
import { MoneyScalar } from './scalars.js';

const TYPE_DEFS = `
  scalar Money
  enum Kind { ONE TWO }
  input Pay { amount: Money!, note: String, kind: Kind }
  type Query { pay(amount: Money, times: Int, pays: [Pay!]): Int, again: Query, fail: Int }
`;

interface Answer {
  readonly message: string;
  readonly extensions: Record<string, unknown>;
  readonly path?: readonly unknown[];
}

/** The errors that a caller of a real Apollo server sees, and what was reported as a fault of ours. */
async function ask(
  query: string,
  options: { variables?: Record<string, unknown>; thrown?: unknown } = {},
): Promise<{ errors: readonly Answer[]; reported: readonly unknown[] }> {
  const reported: unknown[] = [];
  const fail = (): never => {
    throw options.thrown;
  };
  const server = new ApolloServer({
    typeDefs: TYPE_DEFS,
    resolvers: { Money: MoneyScalar, Query: { pay: () => 1, again: () => ({}), fail } },
    validationRules: [depthLimit(3)],
    includeStacktraceInErrorResponses: false,
    formatError: graphqlErrorFormatter((error) => reported.push(error)),
  });
  const { body } = await server.executeOperation({ query, variables: options.variables ?? {} });
  await server.stop();
  if (body.kind !== 'single') throw new Error('more than one answer');
  return { errors: (body.singleResult.errors ?? []) as unknown as Answer[], reported };
}

describe('graphqlErrorFormatter', () => {
  it('shows a DomainError with its code, field and path, and reports nothing', async () => {
    const { errors, reported } = await ask('{ fail }', { thrown: invalid('name', 'is taken') });
    expect(errors).toMatchObject([
      { message: 'name: is taken', path: ['fail'], extensions: { code: 'INVALID_REQUEST', field: 'name' } },
    ]);
    expect(reported).toEqual([]);
  });

  it('lets no fact of an error replace its code', async () => {
    const thrown = new DomainError('not_found', 'gone', { code: 'OK' });
    expect((await ask('{ fail }', { thrown })).errors[0]!.extensions.code).toBe('NOT_FOUND');
  });

  it("shows a guard's refusal as forbidden", async () => {
    const { errors, reported } = await ask('{ fail }', { thrown: new ForbiddenException('table users, row 7') });
    expect(errors).toMatchObject([{ message: 'Forbidden', extensions: { code: 'FORBIDDEN' } }]);
    expect(reported).toEqual([]);
  });

  it.each([new Error('relation "keys" does not exist'), 'text that was thrown'])(
    'hides what nobody foresaw, and reports it: %p',
    async (thrown) => {
      const { errors, reported } = await ask('{ fail }', { thrown });
      expect(errors).toMatchObject([{ message: 'Internal error', extensions: { code: 'INTERNAL' } }]);
      expect(JSON.stringify(errors)).not.toMatch(/keys|thrown|stack/);
      expect(reported).toHaveLength(1);
    },
  );

  it.each([
    ['a syntax error', '{', {}, /syntax/i],
    ['an unknown field', '{ nothing }', {}, /nothing/],
    ['too much depth', '{ again { again { again { fail } } } }', {}, /nesting/],
    ['a wrong literal', '{ pay(times: "x") }', {}, /Int cannot represent/],
    ['a wrong literal of a scalar of ours', '{ pay(amount: 12.5) }', {}, /Money/],
    ['a wrong variable', 'query ($n: Int) { pay(times: $n) }', { n: 'x' }, /\$n/],
    ['a wrong variable of a scalar of ours', 'query ($m: Money) { pay(amount: $m) }', { m: 12.5 }, /\$m/],
    ['a wrong field of a variable', 'query ($p: [Pay!]) { pay(pays: $p) }', { p: [{ amount: 'much' }] }, /amount/],
    ['a missing variable', 'query ($m: Money!) { pay(amount: $m) }', {}, /\$m/],
  ])(
    "tells the caller of %s in the caller's document, which is no fault of ours",
    async (_, query, variables, words) => {
      const { errors, reported } = await ask(query, { variables });
      expect(reported).toEqual([]);
      expect(errors.length).toBeGreaterThan(0);
      expect(errors[0]!.message).toMatch(words);
      expect(errors[0]!.extensions.code).not.toBe('INTERNAL');
      expect(Object.keys(errors[0]!.extensions)).toEqual(['code']);
    },
  );

  const secret = 'swordfish "of", the: vendor; \\ [x]';
  const quoted = JSON.stringify(secret);
  const pays = 'query ($p: [Pay!], $n: Int) { pay(pays: $p, times: $n) }';
  it.each([
    ['beside a missing field', pays, { p: [{ note: secret }] }],
    ['beside an unknown field', pays, { p: [{ amount: '1', note: secret, surprise: secret }] }],
    ['of a wrong type', pays, { p: [{ amount: '1', note: [secret] }] }],
    ['in place of an object', pays, { p: secret }],
    ['in place of a number', pays, { n: secret }],
    ['in place of an enum', pays, { p: [{ amount: '1', kind: secret }] }],
    ['in the text, of a wrong type', `{ pay(times: ${quoted}) }`, {}],
    ['in the text, in a list', `{ pay(pays: [{amount: "1", note: [${quoted}, ${quoted}]}]) }`, {}],
    ['in the text, in place of an object', `{ pay(pays: ${quoted}) }`, {}],
    ['in the text, in place of an enum', `{ pay(pays: [{amount: "1", kind: ${quoted}}]) }`, {}],
    ['in the text, as a block', '{ pay(times: """swordfish""") }', {}],
    ['in a text that is no GraphQL', `{ pay ${quoted} }`, {}],
    ['in a text that is no GraphQL, after a brace', `query Q ${quoted} { pay }`, {}],
  ])('does not repeat a value of the caller %s', async (_, query, variables) => {
    const { errors } = await ask(query, { variables });
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/swordfish|vendor/);
  });

  it('keeps what it says of the schema', async () => {
    const { errors } = await ask('{ pay(time: 1) nothing }');
    expect(errors.map((error) => error.message).sort()).toEqual([
      'Cannot query field "nothing" on type "Query".',
      'Unknown argument "time" on field "Query.pay". Did you mean "times"?',
    ]);
  });
});
