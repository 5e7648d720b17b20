import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { type DocumentNode, Kind, visit, BREAK } from 'graphql';
import { Config } from '../../config/index.js';
import { DomainError } from '../../core/errors.js';
import { costOf } from './cost.js';
import { operationRefused } from './errors.js';

const refused = (what: string): Error => operationRefused(new DomainError('invalid_request', what), 400);

/**
 * Refuses what would be too much work before the work begins: a document with so many fields that comparing them with
 * each other takes long, before validation compares them; an operation that asks for too much, before it is executed.
 */
@Plugin()
export class WorkLimits implements ApolloServerPlugin {
  constructor(private readonly config: Config) {}

  requestDidStart(): Promise<GraphQLRequestListener<object>> {
    const { graphqlFields, graphqlCost } = this.config.bounds;
    return Promise.resolve({
      validationDidStart: ({ document }) => {
        if (!hasMoreFields(document, graphqlFields)) return Promise.resolve();
        throw refused(`The document has more than ${graphqlFields} fields`);
      },
      didResolveOperation: ({ document, operation, schema, request }) => {
        const variables = (request.variables ?? {}) as Record<string, unknown>;
        const cost = costOf({ document, schema, variables }, operation);
        if (cost <= graphqlCost) return Promise.resolve();
        throw refused(`The operation may give more than ${graphqlCost} fields; ask for less, or for smaller pages`);
      },
    });
  }
}

function hasMoreFields(document: DocumentNode, limit: number): boolean {
  let fields = 0;
  visit(document, {
    [Kind.FIELD]: () => (++fields > limit ? BREAK : undefined),
    [Kind.FRAGMENT_SPREAD]: () => (++fields > limit ? BREAK : undefined),
  });
  return fields > limit;
}
