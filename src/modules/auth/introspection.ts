import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { BREAK, type DocumentNode, visit } from 'graphql';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/errors.js';
import { operationRefused } from '../../infra/graphql/index.js';
import { Identities } from './identities.js';

const ASKS_FOR_THE_SCHEMA = new Set(['__schema', '__type']);

function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (!ASKS_FOR_THE_SCHEMA.has(name.value)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** The schema is shown to whoever is identified; its fields have no guard of ours, so the whole operation is refused. */
@Plugin()
export class IntrospectionGate implements ApolloServerPlugin {
  constructor(private readonly identities: Identities) {}

  requestDidStart(): Promise<GraphQLRequestListener<{ req: FastifyRequest }>> {
    return Promise.resolve({
      didResolveOperation: async ({ document, contextValue }) => {
        if (introspects(document)) await this.requireIdentity(contextValue.req);
      },
    });
  }

  private async requireIdentity(request: FastifyRequest): Promise<void> {
    try {
      if (await this.identities.identify(request)) return;
    } catch (error) {
      throw error instanceof DomainError ? operationRefused(error) : error;
    }
    throw operationRefused(new DomainError('invalid_api_key', 'Sign in or send a key to read the schema'));
  }
}
