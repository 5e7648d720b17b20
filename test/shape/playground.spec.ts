import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { EXAMPLES } from '../../admin-ui/src/playground/examples.js';

const SCHEMA = 'schema.graphql';

describe('the tabs of the playground', () => {
  it.each(EXAMPLES)('parse, with variables that are JSON', ({ query, variables = '{}' }) => {
    expect(parse(query).definitions.length).toBeGreaterThan(0);
    expect(JSON.parse(variables)).toEqual(expect.any(Object));
  });

  it('fit the schema', () => {
    const schema = buildSchema(readFileSync(SCHEMA, 'utf8'));
    const problems = EXAMPLES.flatMap(({ query }) => validate(schema, parse(query)).map((error) => error.message));
    expect(problems).toEqual([]);
  });
});
