import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplicationContext, Module, Post } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { APP_GUARD, DiscoveryService, MetadataScanner, ModulesContainer, NestFactory, Reflector } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { RESOLVER_PROPERTY_METADATA, RESOLVER_TYPE_METADATA } from '@nestjs/graphql/dist/graphql.constants.js';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  getNamedType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { type Action, ACTIONS, mutates } from '../src/core/action.js';
import {
  ACCESS,
  Access,
  AccessGuard,
  type AccessRule,
  AdminMutation,
  IdentityResolver,
  Public,
  RefusalRecorder,
} from '../src/infra/access/index.js';
import { Database } from '../src/infra/database/index.js';
import { PORTAL_PATHS, RestExceptionFilter } from '../src/infra/http/index.js';
import { Log } from '../src/infra/telemetry/index.js';
import { MASTER_KEY, startTestApp, type TestApp } from './support/app.js';
import { asUser, letUsersIn, makeUser } from './support/people.js';
import { makeWorld, type World } from './support/world.js';

/** HTTP handlers that are no GET and yet change nothing, each with the reason. */
const READS_BY_POST: Readonly<Record<string, string>> = {
  'CreditsController.check': 'asks whether credits suffice; the original API asks by POST',
  'PriceListController.previewOwn': 'compares a list that is too long for an address',
};

/** Actions that no handler asks for as a whole, each with the reason. */
const ASKED_FOR_ELSEWHERE: Readonly<Record<string, string>> = {
  'margin.read': 'single columns are null without it',
  'session.create': 'signing in; written by the product itself',
  'invitation.accept': 'signing in; written by the product itself',
  'user.create': 'signing in; written by the product itself',
  'user.sync': 'signing in; written by the product itself',
};

/** Routes that answer without a credential, each with the reason. */
const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  // The router names what lies below a path without its last slash.
  ...Object.fromEntries(PORTAL_PATHS.map((path) => [`GET ${path.replace('/*', '*')}`, 'the portal: a static page'])),
  'GET /playground': 'static page',
  'GET /docs': 'static page',
  'GET /*': 'built scripts and styles under /assets/',
  'GET /openapi.json': 'tells nothing of an installation',
  'GET /health': 'asked by load balancers',
  'GET /health/ready': 'asked by load balancers',
  'GET /metrics': 'read by Prometheus; labels hold bounded sets only',
  'GET /graphql': 'no operation runs by GET: refused as a cross-site request',
  'POST /graphql': 'refused field by field, below',
  'OPTIONS /graphql': 'runs nothing',
  'GET /auth/session': 'tells whether somebody is signed in',
  'GET /auth/entra/login': 'sends to the directory',
  'GET /auth/entra/callback': 'comes back from the directory, with its answer for a credential',
  'POST /auth/master-key': 'the master key in the body is the credential',
  'POST /auth/sign-out': 'ends the session of its own cookie, if there is one',
  'POST /auth/setup': 'the one-time link in the body is the credential',
  'POST /auth/invitation': 'the one-time link in the body is the credential',
};

/** Controllers for people who have not signed in yet, besides that of health. */
const PUBLIC_HANDLERS = /^(HealthController|SessionController|EntraController)\./;

/** All that a virtual key may do: work with jobs, and look at its own team. */
const TENANT_ROUTES = [
  'GET /api/credits/teams/:id/balance',
  'GET /api/credits/teams/:id/transactions',
  'GET /api/jobs/:id',
  'GET /api/jobs/:id/costs',
  'GET /api/teams/:id/jobs',
  'GET /api/teams/:id/usage',
  'GET /v1/limits',
  'GET /v1/models',
  'GET /v1/models/:id',
  'PATCH /api/jobs/:id/metadata',
  'POST /api/credits/teams/:id/check',
  'POST /api/jobs/:id/cancel',
  'POST /api/jobs/:id/complete',
  'POST /api/jobs/:id/llm-call',
  'POST /api/jobs/:id/llm-call-stream',
  'POST /api/jobs/create',
  'POST /api/jobs/create-and-call',
  'POST /api/jobs/create-and-call-stream',
  'POST /v1/chat/completions',
  'POST /v1/embeddings',
  'POST /v1/explain',
  'POST /v1/messages',
  'POST /v1/messages/count_tokens',
  'POST /v1/responses',
];

const ROOT_TYPES = ['Query', 'Mutation', 'Subscription'];
const READ_METHODS = ['GET', 'HEAD'];

/** As Nest's RequestMethod numbers them. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL', 'OPTIONS', 'HEAD', 'SEARCH'];

interface Handler {
  readonly name: string;
  /** Query, Mutation, Subscription or Field for a resolver, the HTTP method for a controller. */
  readonly kind: string;
  readonly isGraphql: boolean;
  readonly rule: AccessRule | undefined;
}

const FIELD = 'Field';

/** Every handler of an application, field resolvers included, found as Nest itself finds them. */
function allHandlersOf(app: INestApplicationContext): Handler[] {
  const discovery = new DiscoveryService(app.get(ModulesContainer));
  const scanner = new MetadataScanner();
  const classes = new Set([...discovery.getProviders(), ...discovery.getControllers()].map((each) => each.metatype));
  return [...classes].flatMap((type) => {
    if (typeof type !== 'function' || !type.prototype) return [];
    const prototype = type.prototype as Record<string, object>;
    return scanner.getAllMethodNames(prototype).flatMap((method): Handler[] => {
      const of = <T>(key: string): T | undefined => Reflect.getMetadata(key, prototype[method]!) as T | undefined;
      const root = of<string>(RESOLVER_TYPE_METADATA);
      const verb = of<string>(PATH_METADATA) === undefined ? undefined : METHODS[of<number>(METHOD_METADATA)!];
      const field = of<boolean>(RESOLVER_PROPERTY_METADATA) ? FIELD : undefined;
      const kind = field ?? (root !== undefined && ROOT_TYPES.includes(root) ? root : verb);
      const handler = {
        name: `${type.name}.${method}`,
        isGraphql: kind === root || kind === FIELD,
        rule: of<AccessRule>(ACCESS),
      };
      return kind === undefined ? [] : [{ ...handler, kind }];
    });
  });
}

const handlersOf = (app: INestApplicationContext): Handler[] => allHandlersOf(app).filter(({ kind }) => kind !== FIELD);

const isOpen = (handler: Handler): boolean => handler.rule === undefined;
const changes = ({ kind, isGraphql }: Handler): boolean =>
  isGraphql ? kind === 'Mutation' : !READ_METHODS.includes(kind);
/** A handler that by its kind changes things must be declared to, and one that reads must not. */
const isMisdeclared = (handler: Handler): boolean =>
  handler.rule?.mutation !== changes(handler) && !(handler.name in READS_BY_POST) && !isPublicHandler(handler);
const isPublicHandler = ({ name }: Handler): boolean => PUBLIC_HANDLERS.test(name);
const names = (handlers: readonly Handler[]): string[] => handlers.map((handler) => handler.name);

@Controller('planted')
class PlantedController {
  @Get()
  withoutRule(): string {
    return 'reached';
  }

  @Access('team.read')
  @Post('write')
  writesAsIfItRead(): string {
    return 'reached';
  }

  @AdminMutation('team.update')
  @Get('read')
  readsAsIfItWrote(): string {
    return 'reached';
  }

  @Public()
  @Get('open')
  open(): string {
    return 'reached';
  }
}

let app: TestApp;
let handlers: Handler[];
let schema: GraphQLSchema;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  letUsersIn(app);
  handlers = handlersOf(app.app);
  schema = app.app.get(GraphQLSchemaHost).schema;
  world = await makeWorld(app);
});
afterAll(() => app.close());

describe('every root handler', () => {
  it('is looked at: as many resolvers as the schema has root fields, and controllers of every area', () => {
    const fields = rootFields().map(({ field }) => field);
    expect(handlers.filter((handler) => handler.isGraphql)).toHaveLength(fields.length);
    expect(fields.length).toBeGreaterThan(40);
    expect(handlers.filter((handler) => !handler.isGraphql).length).toBeGreaterThan(50);
  });

  it('carries an access rule', () => {
    expect(names(handlers.filter(isOpen))).toEqual([]);
  });

  it('is declared a mutation when it changes something, and only then', () => {
    expect(names(handlers.filter(isMisdeclared))).toEqual([]);
    const known = names(handlers.filter(changes));
    for (const name of Object.keys(READS_BY_POST)) expect(known).toContain(name);
  });

  it('asks for an action of its own kind; every action is asked for somewhere', () => {
    const rules = allHandlersOf(app.app).flatMap(({ rule }) => (rule && rule.action !== 'public' ? [rule] : []));
    const wrong = rules.filter((rule) => rule.mutation !== mutates(rule.action as Action));
    expect(wrong).toEqual([]);
    const used = new Set(rules.map((rule) => rule.action));
    expect(ACTIONS.filter((action) => !used.has(action)).sort()).toEqual(Object.keys(ASKED_FOR_ELSEWHERE).sort());
    expect([...used].filter((action) => !ACTIONS.includes(action as Action))).toEqual([]);
  });

  it('is public for health and for signing in alone', () => {
    const open = handlers.filter(({ rule }) => rule?.action === 'public');
    expect(names(open.filter((handler) => !isPublicHandler(handler)))).toEqual([]);
  });
});

describe('every field resolver', () => {
  const fields = (): Handler[] => allHandlersOf(app.app).filter(({ kind }) => kind === FIELD);

  it('asks for the right to read what it shows', () => {
    expect(fields().length).toBeGreaterThan(40);
    expect(names(fields().filter(isOpen))).toEqual([]);
    expect(names(fields().filter(({ rule }) => rule!.mutation || rule!.action === 'public'))).toEqual([]);
  });

  it('is refused to somebody who may see what it belongs to and not the field itself', async () => {
    const member = await makeUser(app, { memberships: { [world.organizationId]: 'member' } });
    const ask = (fields: string): ReturnType<TestApp['gql']> =>
      app.gql(`query ($id: ID!) { team(id: $id) { id ${fields} } }`, { id: world.teamId }, asUser(member));
    expect((await ask('name')).body.data.team.id).toBe(world.teamId);
    for (const [field, action] of Object.entries({ 'keys { total }': 'key.read', 'credits { used }': 'credit.read' })) {
      const { body } = await ask(field);
      expect([body.data, body.errors]).toMatchObject([
        null,
        [{ message: `This needs the right ${action}`, extensions: { code: 'FORBIDDEN' } }],
      ]);
    }
  });
});

describe('a planted handler', () => {
  let planted: NestFastifyApplication;

  beforeAll(async () => {
    const [database, identities] = [app.app.get(Database), app.app.get(IdentityResolver, { strict: false })];
    const refusals = app.app.get(RefusalRecorder, { strict: false });
    const guard = new AccessGuard(new Reflector(), database, identities, refusals);
    class PlantedModule {}
    Module({ controllers: [PlantedController], providers: [{ provide: APP_GUARD, useValue: guard }] })(PlantedModule);
    planted = await NestFactory.create(PlantedModule, new FastifyAdapter(), { logger: false });
    planted.useGlobalFilters(new RestExceptionFilter(app.app.get(Log)));
    await planted.init();
    await planted.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => planted.close());

  it('without a rule is found, and refused to the master key itself', async () => {
    expect(names(handlersOf(planted).filter(isOpen))).toEqual(['PlantedController.withoutRule']);
    const headers = { 'x-admin-key': MASTER_KEY };
    const refused = await planted.inject({ method: 'GET', url: '/planted', headers });
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([403, 'forbidden']);
    const open = await planted.inject({ method: 'GET', url: '/planted/open' });
    expect([open.statusCode, open.body]).toEqual([200, 'reached']);
  });

  it('that is declared the wrong way is found', () => {
    const found = names(handlersOf(planted).filter((handler) => !isOpen(handler) && isMisdeclared(handler)));
    expect(found).toEqual(['PlantedController.writesAsIfItRead', 'PlantedController.readsAsIfItWrote']);
  });
});

interface RootField {
  readonly operation: string;
  readonly field: GraphQLField<unknown, unknown>;
}

function rootFields(): RootField[] {
  return ROOT_TYPES.flatMap((name) => {
    const type = schema.getType(name);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields.map((field) => ({ operation: name.toLowerCase(), field }));
  });
}

const SCALARS: Readonly<Record<string, string>> = {
  ID: '"x"',
  String: '"x"',
  Int: '1',
  Float: '1',
  Boolean: 'true',
  BigInt: '"1"',
  Money: '"1"',
  Credits: '"1"',
  JSON: '{}',
  DateTime: '"2030-01-01T00:00:00Z"',
};

/** The least literal that a type takes. */
function dummy(type: GraphQLInputType): string {
  if (isNonNullType(type)) return dummy(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (!isInputObjectType(type)) return SCALARS[type.name]!;
  const fields = Object.values(type.getFields()).filter(isRequiredInputField);
  return `{${fields.map((field) => `${field.name}: ${dummy(field.type)}`).join(' ')}}`;
}

function minimal({ operation, field }: RootField): string {
  const args = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${dummy(arg.type)}`);
  const selection = isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '';
  return `${operation} { ${field.name}${args.length > 0 ? `(${args.join(' ')})` : ''} ${selection} }`;
}

describe('every GraphQL root field', () => {
  const codesOf = async (query: string, headers: Record<string, string>): Promise<unknown[]> => {
    const { body } = await app.gql(query, {}, headers);
    const { data, errors } = body as { data?: unknown; errors?: { extensions: { code: string } }[] };
    return [data ?? null, ...(errors ?? []).map((error) => error.extensions.code)];
  };

  it.each([
    ['without a credential', { 'x-admin-key': '' }],
    ['with a wrong master key', { 'x-admin-key': `${MASTER_KEY}x` }],
    ['with a virtual key that does not exist', { 'x-admin-key': '', authorization: 'Bearer sk-unknown' }],
    ['with a malformed credential', { 'x-admin-key': '', authorization: 'Basic YTpi' }],
  ])('answers UNAUTHENTICATED %s', async (_name, headers) => {
    for (const root of rootFields())
      expect([root.field.name, ...(await codesOf(minimal(root), headers))]).toEqual([
        root.field.name,
        null,
        'UNAUTHENTICATED',
      ]);
  });

  it('answers FORBIDDEN to a virtual key, which administers nothing', async () => {
    const headers = { 'x-admin-key': '', authorization: `Bearer ${world.key}` };
    for (const root of rootFields())
      expect([root.field.name, ...(await codesOf(minimal(root), headers))]).toEqual([
        root.field.name,
        null,
        'FORBIDDEN',
      ]);
  });

  it('is really reached by these operations: the master key is told neither', async () => {
    for (const root of rootFields().filter(({ operation }) => operation === 'query')) {
      const [, code] = await codesOf(minimal(root), {});
      expect([root.field.name, [undefined, 'NOT_FOUND'].includes(code as string | undefined)]).toEqual([
        root.field.name,
        true,
      ]);
    }
  });

  it('runs nothing by GET', async () => {
    const answer = await app.rest('GET', `/graphql?query=${encodeURIComponent('{ teams { total } }')}`);
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
  });
});

/** All routes that Fastify serves, from its own tree: those of Nest, of the gateway, and of pages. */
function routes(): { method: string; path: string }[] {
  const tree: string = app.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const trail: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = /^([│ ]*)[└├]── (.*?) \(([A-Z, ]+)\)/.exec(line) ?? [];
    if (part === undefined) return [];
    trail.splice(indent!.length / 4, Infinity, part);
    const path = trail.join('');
    return methods!.split(', ').map((method) => ({ method, path }));
  });
}

describe('every HTTP route', () => {
  const isPublic = ({ method, path }: { method: string; path: string }): boolean =>
    `${method === 'HEAD' ? 'GET' : method} ${path}` in PUBLIC_ROUTES;
  let asked = 0;
  /** Status and code of the answer; a HEAD has no body that could tell a code. Each from an address of its own. */
  const ask = async (method: string, path: string, headers: Record<string, string>): Promise<unknown[]> => {
    const url = path.replace(/:\w+/g, world.teamId);
    const hasBody = !READ_METHODS.includes(method);
    const remoteAddress = `10.9.${++asked >> 8}.${asked & 255}`;
    const body = hasBody ? { payload: {} } : {};
    const answer = await app.app.inject({ method: method as 'GET', url, headers, remoteAddress, ...body });
    const isJson = answer.headers['content-type']?.toString().includes('json') && answer.body;
    const said = isJson ? answer.json<{ code?: string; error?: { code?: string } }>() : null;
    // The vendors' dialects have it in their own shape.
    const code = said ? (said.code ?? said.error?.code) : null;
    return [`${method} ${path}`, answer.statusCode, ...(method === 'HEAD' ? [] : [code])];
  };

  it('is looked at, the gateway included', () => {
    const all = routes().map(({ method, path }) => `${method} ${path}`);
    for (const route of ['POST /api/jobs/create-and-call-stream', 'GET /api/teams/:id/usage', 'GET /health/ready'])
      expect(all).toContain(route);
    expect(all.length).toBeGreaterThan(90);
    const controllers = handlers.filter((handler) => !handler.isGraphql);
    expect(all.filter((route) => !route.startsWith('HEAD')).length).toBeGreaterThan(controllers.length);
  });

  it.each([
    ['without a credential', {}],
    ['with a wrong master key', { 'x-admin-key': 'x'.repeat(40) }],
    ['with a virtual key that does not exist', { authorization: 'Bearer sk-unknown' }],
  ])('answers 401 %s, unless it is public', async (_name, headers) => {
    for (const { method, path } of routes().filter((route) => !isPublic(route))) {
      const refusal = [`${method} ${path}`, 401, ...(method === 'HEAD' ? [] : ['invalid_api_key'])];
      expect(await ask(method, path, headers)).toEqual(refusal);
    }
  });

  it('that is public answers by itself', async () => {
    for (const { method, path } of routes().filter(isPublic)) {
      const [, status] = await ask(method, path, {});
      expect([path, status]).not.toEqual([path, 401]);
    }
  });

  it('answers 403 to a virtual key, except jobs and what concerns its own team', async () => {
    const open: string[] = [];
    for (const { method, path } of routes().filter((route) => !isPublic(route) && route.method !== 'HEAD')) {
      const [route, status, code] = await ask(method, path, { authorization: `Bearer ${world.key}` });
      if (status !== 403 || code !== 'forbidden') open.push(route as string);
    }
    expect(open.sort()).toEqual(TENANT_ROUTES);
  });
});
