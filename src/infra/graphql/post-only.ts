import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { DomainError } from '../../core/errors.js';
import { operationRefused } from './errors.js';

/** Apollo Server runs queries by GET for whoever sends a header that forms cannot; here nothing runs by GET. */
@Plugin()
export class PostOnly implements ApolloServerPlugin {
  requestDidStart(): Promise<GraphQLRequestListener<object>> {
    return Promise.resolve({
      didResolveOperation: ({ request }) => {
        if (request.http?.method === 'POST') return Promise.resolve();
        throw operationRefused(new DomainError('method_not_allowed', 'GraphQL takes POST only'), 405);
      },
    });
  }
}
