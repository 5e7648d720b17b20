import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { version } from '../../config/index.js';
import { ERRORS } from '../../core/errors.js';
import { type GatewayRoute, GatewayRoutes } from '../gateway/index.js';
import { ADMIN_KEY, VIRTUAL_KEY } from './fields/area.js';
import { IDEMPOTENCY_HEADER } from './fields/idempotency-key.js';
import { SCHEMAS_IN_MAPS } from './reports/usage.views.js';

type Schema = Record<string, unknown>;
type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['get']>;

const ABOUT =
  'The REST interface: jobs for client applications, and the administration by REST. GraphQL at /graphql is the ' +
  'complete admin API. Every answer carries x-request-id.';

const ERROR_SCHEMA = {
  type: 'object',
  required: ['detail', 'code', 'request_id'],
  properties: {
    detail: { type: 'string', description: 'What went wrong, in words.' },
    code: { type: 'string', enum: Object.keys(ERRORS), description: 'Stable: branch on it.' },
    request_id: { type: 'string' },
    field: { type: 'string', description: 'The input field at fault.' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } },
    },
    retry_after: { type: 'number', description: 'Seconds.' },
  },
};

const VENDOR_ERROR = { type: 'string', description: "The vendor's word for this kind of failure." };
const CODE = ERROR_SCHEMA.properties.code;
const SAID = { message: { type: 'string' }, code: CODE };

const text = (description: string) => ({ required: false, description, schema: { type: 'string' as const } });
const REMAINING =
  '`scope;window;amount` of each limit of the key, as in `team;day;8.5`: what is left, in US dollars unless a unit follows' +
  ' (`;credits`, `;tokens`, `;requests`). After the call; of a stream, while the call holds the most it can cost.';

/** Headers by which a client says how its call is to be made, and by which it is told what came of it. */
const CALL_HEADERS = {
  asked: [
    { name: 'x-no-fallback', ...text('`true`: no other target is tried when the first one fails.') },
    { name: 'x-tollkeeper-timeout-ms', ...text('Milliseconds that all attempts together may take; else 504.') },
  ],
  told: {
    'x-call-id': text('Id of the call.'),
    'x-tollkeeper-model': text('The alias that answered.'),
    'x-tollkeeper-remaining': text(REMAINING),
  },
};

/** Errors in the shapes of the APIs that the gateway speaks besides its own. */
const DIALECT_ERRORS = {
  openai: {
    type: 'object',
    required: ['error'],
    properties: {
      error: { type: 'object', properties: { ...SAID, type: VENDOR_ERROR, param: { type: 'string', nullable: true } } },
      request_id: { type: 'string' },
    },
  },
  anthropic: {
    type: 'object',
    required: ['type', 'error'],
    properties: {
      type: { type: 'string', enum: ['error'] },
      error: { type: 'object', properties: { ...SAID, type: VENDOR_ERROR } },
      request_id: { type: 'string' },
    },
  },
};

/** The document of all REST: Nest's controllers, and the gateway's own routes, from the table that Fastify runs. */
export function buildOpenApi(app: NestFastifyApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('Tollkeeper')
    .setDescription(ABOUT)
    .setVersion(version())
    .addApiKey({ type: 'apiKey', name: 'X-Admin-Key', in: 'header' }, ADMIN_KEY)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A virtual key: sk-...' }, VIRTUAL_KEY)
    .build();
  const document = SwaggerModule.createDocument(app, info, {
    extraModels: SCHEMAS_IN_MAPS,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Error: ERROR_SCHEMA as never },
  };
  document.paths = withGateway(document.paths, app.get(GatewayRoutes).all);
  numberRepeated(document.paths);
  for (const operation of operationsOf(document.paths))
    operation.responses['default'] ??= {
      description: 'A failure',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    };
  return document;
}

/** Serves the document; it tells nothing of an installation, so it needs no key. */
export function serveOpenApi(app: NestFastifyApplication): void {
  let document: OpenAPIObject | null = null;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', (_request, reply) => reply.send((document ??= buildOpenApi(app))));
}

function withGateway(paths: Paths, routes: readonly GatewayRoute[]): Paths {
  const all: Paths = { ...paths };
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    all[path] = { ...all[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return all;
}

const STREAM = { 'text/event-stream': { schema: { type: 'string' as const } } };
const WHOLE = { 'application/json': { schema: { type: 'object' as const } } };
const CONTENT = { always: STREAM, 'when asked': { ...WHOLE, ...STREAM }, never: WHOLE };

function operationOf(route: GatewayRoute): Operation {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const { dialect = 'jobs' } = route;
  const tag = route.path.startsWith('/api/jobs') ? 'jobs' : 'models';
  const failure = dialect !== 'jobs' && {
    default: {
      description: 'A failure',
      content: { 'application/json': { schema: DIALECT_ERRORS[dialect] as never } },
    },
  };
  const told = route.isCall && { headers: CALL_HEADERS.told };
  return {
    operationId: `${tag}.${route.method.toLowerCase()}${route.path.replace(/^\/api\/jobs|:/g, '').replace(/\//g, '.')}`,
    summary: route.summary,
    tags: [tag],
    security: [{ [VIRTUAL_KEY]: [] }],
    parameters: [
      ...names.map((name) => ({ name, in: 'path' as const, required: true, schema: { type: 'string' as const } })),
      ...(route.method === 'POST' ? [{ ...IDEMPOTENCY_HEADER, in: 'header' as const }] : []),
      ...(route.isCall ? CALL_HEADERS.asked.map((header) => ({ ...header, in: 'header' as const })) : []),
    ],
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: nullables(route.body) as never } } },
    }),
    responses: { 200: { description: 'Done', ...told, content: CONTENT[route.streams ?? 'never'] }, ...failure },
  };
}

/** JSON Schema writes `type: [x, 'null']` where OpenAPI 3.0 writes `nullable`. */
function nullables(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(nullables);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { type, ...rest } = schema as Schema;
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, nullables(value)]));
  if (!Array.isArray(type)) return type === undefined ? inner : { type: nullables(type), ...inner };
  const types = type.filter((each) => each !== 'null');
  const shape =
    types.length === 1 ? { type: types[0] as string } : { anyOf: types.map((each) => ({ type: each as string })) };
  return { ...shape, ...inner, nullable: types.length < type.length };
}

/** A controller under two paths has each operation twice, and ids must be unique. */
function numberRepeated(paths: Paths): void {
  const seen = new Map<string, number>();
  for (const operation of operationsOf(paths)) {
    const id = operation.operationId ?? '';
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    if (count > 1) operation.operationId = `${id}.${count}`;
  }
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
const operationsOf = (paths: Paths): Operation[] =>
  Object.values(paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));
