import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Takes an empty body that is declared as JSON for no body: clients such as the seeds' curl examples declare the type
 * on every DELETE. Whoever needs a body still refuses the request.
 */
export function takeEmptyJsonBodies(app: NestFastifyApplication, bodyLimit: number): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else parse(request, body as never, done);
  });
}
