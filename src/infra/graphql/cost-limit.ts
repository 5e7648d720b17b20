import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { Config } from '../../config/index.js';
import { DomainError } from '../../core/errors.js';
import { costOf } from './cost.js';
import { operationRefused } from './errors.js';

/** Refuses operations that may give more fields than the limit, before any of them is resolved. */
@Plugin()
export class CostLimit implements ApolloServerPlugin {
  constructor(private readonly config: Config) {}

  requestDidStart(): Promise<GraphQLRequestListener<object>> {
    const limit = this.config.bounds.graphqlCost;
    return Promise.resolve({
      didResolveOperation: ({ document, operation, schema, request }) => {
        const variables = (request.variables ?? {}) as Record<string, unknown>;
        if (!operation || costOf({ document, schema, variables }, operation) <= limit) return Promise.resolve();
        const message = `The operation may give more than ${limit} fields; ask for less, or for smaller pages`;
        throw operationRefused(new DomainError('invalid_request', message), 400);
      },
    });
  }
}
