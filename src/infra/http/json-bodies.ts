import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/errors.js';

/** The most that bodies may have; operations of GraphQL carry no prompts. */
interface Bytes {
  readonly bodyBytes: number;
  readonly graphqlBytes: number;
}

const tooLarge = (limit: number): DomainError =>
  new DomainError('payload_too_large', `The body is over the limit of ${limit} bytes`);

type Parser = (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void) => void;

/**
 * Takes JSON and nothing else; another type is answered 415. An empty body that is declared as JSON is no body: clients
 * such as the seeds' curl examples declare the type on every DELETE. Whoever needs a body still refuses the request.
 */
export function takeJsonBodies(app: NestFastifyApplication, { bodyBytes, graphqlBytes }: Bytes): void {
  const server = app.getHttpAdapter().getInstance();
  const parse = server.getDefaultJsonParser('error', 'error') as unknown as Parser;
  server.removeContentTypeParser('text/plain');
  app.useBodyParser('application/json', { bodyLimit: bodyBytes }, (request: FastifyRequest, body: Buffer, done) => {
    if (body.length === 0) done(null, undefined);
    else if (request.url === '/graphql' && body.length > graphqlBytes) done(tooLarge(graphqlBytes));
    else parse(request, body, done);
  });
}
