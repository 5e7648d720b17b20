import { buildOpenApi } from '../../src/modules/rest-admin/index.js';
import type { TestApp } from './app.js';
import type { Slot, Things } from './matrix.js';

export interface RestRequest {
  readonly method: string;
  readonly url: string;
  readonly body: Record<string, unknown> | undefined;
}

export interface RestCall {
  /** As the rules have it: `GET /api/teams/{id}`. */
  readonly name: string;
  readonly slots: readonly Slot[];
  readonly problem: string | null;
  request(place?: string, thing?: string): RestRequest;
}

interface SchemaPart {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly items?: SchemaPart;
  readonly allOf?: readonly SchemaPart[];
  readonly anyOf?: readonly SchemaPart[];
  readonly oneOf?: readonly SchemaPart[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: SchemaPart;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: SchemaPart }>> };
}

/** Things by the names that REST has for them; a bare `id` is of the kind that its path tells. */
const KINDS: Readonly<Record<string, string>> = {
  organization: 'organizationId',
  organization_id: 'organizationId',
  team: 'teamId',
  team_id: 'teamId',
  job: 'jobId',
  alias: 'alias',
  model: 'alias',
  group: 'accessGroupId',
  access_groups: 'accessGroupId',
  model_aliases: 'alias',
  scope_id: 'organizationId',
  limit_id: 'limitId',
  grantId: 'limitGrantId',
  member_id: 'memberId',
  search: 'text',
};
const KIND_OF_ID: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/organizations\//, 'organizationId'],
  [/^\/api\/(credits\/)?teams\//, 'teamId'],
  [/^\/api\/provider-credentials\//, 'providerId'],
  [/^\/api\/jobs\//, 'openJobId'],
  [/^\/api\/limits\//, 'limitId'],
  [/^\/api\/keys\//, 'keyId'],
  [/^\/api\/rate-limits\//, 'rateLimitId'],
];
/** Values that must have a form of their own to get past validation. */
const TEXTS: Readonly<Record<string, unknown>> = {
  provider: 'openai',
  messages: [{ role: 'user', content: 'Hello' }],
  payment_type: 'one_time',
  budget_mode: 'job_based',
  status: 'completed',
  amount: '1',
  ends_at: '2030-01-01T00:00:00Z',
};
const SCALARS: Readonly<Record<string, unknown>> = {
  string: 'something',
  number: 1,
  integer: 1,
  boolean: true,
  object: {},
  array: [],
};

/** Every route of the document but those of signing in and of health, as calls with things of one's own. */
export function restCalls({ app }: TestApp, own: Things): RestCall[] {
  const document = buildOpenApi(app) as unknown as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, SchemaPart> };
  };
  const resolve = (part: SchemaPart): SchemaPart => {
    const [only] = part.allOf ?? part.anyOf ?? part.oneOf ?? [];
    if (part.$ref) return resolve(document.components.schemas[part.$ref.split('/').at(-1)!]!);
    return only ? resolve(only) : part;
  };
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([verb, operation]) => callOf({ path, verb, operation, own, resolve })),
    );
}

interface Source {
  readonly path: string;
  readonly verb: string;
  readonly operation: Operation;
  readonly own: Things;
  readonly resolve: (part: SchemaPart) => SchemaPart;
}

function callOf({ path, verb, operation, own, resolve }: Source): RestCall {
  const name = `${verb.toUpperCase()} ${path}`;
  const slots: Slot[] = [];
  const values = new Map<string, unknown>();
  let problem: string | null = null;
  const put = (place: string, key: string, part: SchemaPart, isRequired: boolean): void => {
    const kind = key === 'id' ? KIND_OF_ID.find(([where]) => where.test(path))?.[1] : KINDS[key];
    const isFresh = path.endsWith('/create') && place === `body.${freshId(path)}`;
    const { type, enum: choices } = resolve(part);
    if (isFresh) values.set(place, 'fresh-thing');
    else if (kind !== undefined && own[kind] !== undefined) {
      slots.push({ path: place, kind });
      values.set(place, type === 'array' ? [own[kind]] : own[kind]);
    } else if (isRequired) values.set(place, TEXTS[key] ?? choices?.[0] ?? SCALARS[type ?? '']);
    if (isRequired && values.get(place) === undefined) problem = `${name}: nothing is known to pass for ${place}`;
  };
  for (const parameter of operation.parameters ?? [])
    if (parameter.in === 'path' || parameter.in === 'query')
      put(`${parameter.in}.${parameter.name}`, parameter.name, parameter.schema ?? {}, parameter.required === true);
  const content = operation.requestBody?.content['application/json'];
  const body = content && resolve(content.schema);
  for (const [key, part] of Object.entries(body?.properties ?? {}))
    put(`body.${key}`, key, part, body?.required?.includes(key) ?? false);
  const request = (place?: string, thing?: string): RestRequest => {
    const at = (where: string): unknown => {
      const value = values.get(where);
      return where === place ? (Array.isArray(value) ? [thing] : thing) : value;
    };
    const url = path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(at(`path.${key}`))));
    const pairs = [...values.keys()].map((where) => [where, at(where)] as const);
    const query = pairs.filter(([where]) => where.startsWith('query.'));
    const search = new URLSearchParams(
      query.map(([where, value]): [string, string] => [where.slice('query.'.length), String(value)]),
    );
    const fields = pairs.filter(([where]) => where.startsWith('body.'));
    const given = Object.fromEntries(fields.map(([where, value]) => [where.slice('body.'.length), value]));
    return {
      method: verb.toUpperCase(),
      url: url + (search.size > 0 ? `?${search.toString()}` : ''),
      body: body ? given : undefined,
    };
  };
  return { name, slots, problem, request };
}

/** The name of the id that a route which makes something takes for it. */
function freshId(path: string): string {
  if (path.includes('/organizations/')) return 'organization_id';
  if (path.includes('/teams/')) return 'team_id';
  return path.includes('/model-access-groups/') ? 'group_name' : 'model_alias';
}
