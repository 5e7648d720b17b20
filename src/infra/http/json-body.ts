import type { NestFastifyApplication } from '@nestjs/platform-fastify';

type Parser = (request: unknown, body: Buffer, done: (error: Error | null, body?: unknown) => void) => void;

/**
 * Takes an empty body that is declared as JSON for no body: clients such as the seeds' curl examples declare the type
 * on every DELETE. Whoever needs a body still refuses the request.
 */
export function takeEmptyJsonBodies(app: NestFastifyApplication, bodyLimit: number): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error') as unknown as Parser;
  app.useBodyParser('application/json', { bodyLimit }, (request, body: Buffer, done) => {
    if (body.length === 0) done(null, undefined);
    else parse(request, body, done);
  });
}
