import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { type Config } from './config/index.js';
import type { Clock } from './core/clock.js';
import {
  addRequestHooks,
  answerBadPath,
  inputValidation,
  OwnFailuresAdapter,
  refuseWrongMethods,
  requestIdOf,
  RestExceptionFilter,
  servePages,
  takeCookies,
  takeJsonBodies,
} from './infra/http/index.js';
import { Log, Metrics } from './infra/telemetry/index.js';
import { serveOpenApi } from './modules/rest-admin/index.js';

/** Bodies are taken as they are or refused: nothing is converted, dropped or filled in behind the client's back. */
const STRICT = { coerceTypes: false, removeAdditional: false, useDefaults: false, allowUnionTypes: true } as const;

/** The product as a Nest application on Fastify, not yet listening; the same for production and for tests. */
export async function createServer(config: Config, clock?: Clock): Promise<NestFastifyApplication> {
  const adapter = new OwnFailuresAdapter({
    bodyLimit: config.bounds.bodyBytes,
    requestTimeout: config.bounds.requestTimeoutMs,
    genReqId: requestIdOf,
    trustProxy: config.trustedProxies.length > 0 && [...config.trustedProxies],
    frameworkErrors: answerBadPath,
    ajv: { customOptions: STRICT },
    forceCloseConnections: 'idle',
    // While calls drain, the gateway itself refuses further ones, in the dialect of their clients.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 300 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, clock), adapter, {
    bodyParser: false,
    logger: false, // Until ours is there: a failing start says why by itself.
    abortOnError: false,
  });
  const log = app.get(Log);
  app.useLogger(log);
  app.useGlobalPipes(inputValidation());
  app.useGlobalFilters(new RestExceptionFilter(log));
  adapter.answerFailuresWith(log);
  const server = adapter.getInstance();
  addRequestHooks(server, log, app.get(Metrics));
  refuseWrongMethods(server);
  await takeCookies(server);
  takeJsonBodies(app, config.bounds);
  serveOpenApi(app);
  await servePages(server);
  return app;
}
