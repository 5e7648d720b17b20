import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { buildOpenApi } from '../../src/modules/rest-admin/index.js';
import type { TestApp } from './app.js';

/** The contracts that are committed, as the running product has them: file name > content. */
export function contracts({ app }: TestApp): Record<string, string> {
  const schema: GraphQLSchema = app.get(GraphQLSchemaHost).schema;
  return {
    'schema.graphql': `${printSchema(lexicographicSortSchema(schema))}\n`,
    'openapi.json': `${JSON.stringify(buildOpenApi(app), null, 2)}\n`,
  };
}
