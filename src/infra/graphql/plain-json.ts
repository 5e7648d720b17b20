import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';

/** Failures of the document or its variables, as Apollo Server names them. */
const OF_THE_REQUEST: readonly unknown[] = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'];

/**
 * Who accepts application/json alone, as clients did before there was a media type for GraphQL, expects 200 for every
 * well-formed answer, as the GraphQL over HTTP specification (section 6.4.1) says.
 */
@Plugin()
export class PlainJson implements ApolloServerPlugin {
  requestDidStart(): Promise<GraphQLRequestListener<object>> {
    return Promise.resolve({
      willSendResponse: ({ request, response, errors }) => {
        const accept = request.http?.headers.get('accept') ?? '';
        const isPlain = accept.includes('application/json') && !accept.includes('application/graphql-response+json');
        const codes = errors?.map((error) => error.extensions.code) ?? [];
        if (isPlain && codes.length > 0 && codes.every((code) => OF_THE_REQUEST.includes(code)))
          response.http.status = 200;
        return Promise.resolve();
      },
    });
  }
}
