import type { NestFastifyApplication } from '@nestjs/platform-fastify';

type Parser = (request: unknown, body: Buffer, done: (error: Error | null, body?: unknown) => void) => void;

/**
 * Takes JSON and nothing else; another type is answered 415. An empty body that is declared as JSON is no body: clients
 * such as the seeds' curl examples declare the type on every DELETE. Whoever needs a body still refuses the request.
 */
export function takeJsonBodies(app: NestFastifyApplication, bodyLimit: number): void {
  const server = app.getHttpAdapter().getInstance();
  const parse = server.getDefaultJsonParser('error', 'error') as unknown as Parser;
  server.removeContentTypeParser('text/plain');
  app.useBodyParser('application/json', { bodyLimit }, (request, body: Buffer, done) => {
    if (body.length === 0) done(null, undefined);
    else parse(request, body, done);
  });
}
