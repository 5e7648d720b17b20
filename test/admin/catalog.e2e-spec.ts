import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ctx } from '../../src/core/ctx.js';
import { nanoUsd } from '../../src/core/money.js';
import { systemCtx } from '../../src/infra/access/index.js';
import { Database } from '../../src/infra/database/index.js';
import {
  AliasesService,
  AliasStatus,
  type Route,
  type RouteRequest,
  RoutesService,
  ProvidersService,
  SimpleAliasesService,
} from '../../src/modules/catalog/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

const CREDENTIAL = 'sk-credential-of-the-catalog-spec-0001';
const ROTATED = 'sk-credential-of-the-catalog-spec-0002';
const NOBODY = { 'x-admin-key': '' };
const PLACE_A = { organizationId: 'org-a', teamId: 'team-a', projectId: null };

let test: TestApp;
const ids: Record<string, string> = {};

beforeAll(async () => {
  test = await startTestApp({ env: { DEMO: 'off' } });
  await test.db.query(`INSERT INTO organizations (id, name) VALUES ('org-a', 'A'), ('org-b', 'B');
    INSERT INTO teams (id, organization_id, name) VALUES ('team-a', 'org-a', 'A'), ('team-b', 'org-b', 'B')`);
});
afterAll(() => test.close());

type AuditRow = Record<'action' | 'status' | 'entity_type' | 'entity_id', string | null>;

/** What work adds to the audit log. */
async function audited<T>(work: () => Promise<T>): Promise<{ result: T; rows: AuditRow[] }> {
  const last = await test.db.query('SELECT coalesce(max(seq), 0) AS seq FROM audit_entries');
  const result = await work();
  const { rows } = await test.db.query('SELECT * FROM audit_entries WHERE seq > $1 ORDER BY seq', [last.rows[0].seq]);
  return { result, rows };
}

async function gql(document: string, variables: object = {}) {
  const { body } = await test.gql(document, variables);
  expect(body.errors).toBeUndefined();
  return Object.values(body.data)[0] as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- JSON whose shape is what the spec checks
}

/** Code of the DomainError that work ends with; `none` when it succeeds. */
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

const count = async (sql: string, values: unknown[] = []): Promise<number | null> =>
  (await test.db.query(sql, values)).rowCount;

const FIELDS = {
  Provider: 'id kind name organizationId baseUrl status credentialHint hasCredential isSimulated',
  Model: `id name providerKind providerId contextWindow maxOutputTokens capabilities status provider { id }
    prices { id validFrom prices { input output } } currentPrice { id prices { input cachedRead output } }`,
  Alias: `id name displayName description status priceOverride { input output }
    targets { position weight model { id name } } accessGroups { id }`,
  AccessGroup: 'id displayName description status aliases { name } teams { id }',
  Team: 'id accessGroups { id } allowedAliases',
};
type Type = keyof typeof FIELDS;

/** `mutation('deleteAlias', '$id: ID!', 'Alias')`: calls it with its variables and asks for all fields. */
function mutation(name: string, args: string, type: Type): string {
  const call = args.replace(/\$(\w+): [^,]+/g, '$1: $$$1');
  return `mutation (${args}) { ${name}(${call}) { ${FIELDS[type]} } }`;
}
const PRICE = mutation('addModelPrice', '$modelId: ID!, $input: AddPriceInput!', 'Model');
const GRANT = mutation('setTeamAccessGroups', '$teamId: ID!, $accessGroupIds: [ID!]!', 'Team');
const TARGETS = mutation('setAliasTargets', '$id: ID!, $input: SetAliasTargetsInput!', 'Alias');
const create = (type: Type): string => mutation(`create${type}`, `$input: Create${type}Input!`, type);
const update = (type: Type): string => mutation(`update${type}`, `$id: ID!, $input: Update${type}Input!`, type);
const remove = (type: Type): string => mutation(`delete${type}`, '$id: ID!', type);
const PROVIDER = create('Provider');
const UPDATE_PROVIDER = update('Provider');

interface MutationCase {
  readonly action: string;
  readonly document: string;
  readonly valid: () => object;
  readonly expected: object;
  /** Variables that break a rule. */
  readonly invalid?: () => object;
  /** Variables that name something unknown; the valid ones with an unknown id when left out. */
  readonly unknown?: () => object;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, number) => `x-${number}`);

/** In this order: each mutation builds on those before it. */
const CASES: Record<string, MutationCase> = {
  createProvider: {
    action: 'provider.create',
    document: PROVIDER,
    valid: () => ({ input: { kind: 'openai', name: 'OpenAI', credential: CREDENTIAL } }),
    expected: { kind: 'openai', baseUrl: null, credentialHint: '0001', hasCredential: true, isSimulated: false },
    invalid: () => ({ input: { kind: 'telepathy', name: 'X' } }),
    unknown: () => ({ input: { kind: 'openai', name: 'X', organizationId: 'nobody' } }),
  },
  updateProvider: {
    action: 'provider.update',
    document: UPDATE_PROVIDER,
    valid: () => ({ id: ids.provider, input: { name: 'OpenAI EU', credential: ROTATED } }),
    expected: { name: 'OpenAI EU', credentialHint: '0002', status: 'ENABLED' },
    invalid: () => ({ id: ids.provider, input: { credential: 'with spaces in it' } }),
  },
  createModel: {
    action: 'model.create',
    document: create('Model'),
    valid: () => ({ input: { name: 'gpt-4o', providerId: ids.provider, capabilities: ['text', 'stream'] } }),
    expected: { name: 'gpt-4o', providerKind: 'openai', capabilities: ['text', 'stream'], currentPrice: null },
    invalid: () => ({ input: { name: 'gpt-4o', providerKind: 'openai', capabilities: ['flying'] } }),
    unknown: () => ({ input: { name: 'gpt-4o', providerId: 'prv_unknown' } }),
  },
  updateModel: {
    action: 'model.update',
    document: update('Model'),
    valid: () => ({ id: ids.model, input: { contextWindow: 128_000, maxOutputTokens: 16_384 } }),
    expected: { contextWindow: 128_000, maxOutputTokens: 16_384 },
    invalid: () => ({ id: ids.model, input: { contextWindow: 0 } }),
  },
  addModelPrice: {
    action: 'price.create',
    document: PRICE,
    valid: () => ({ modelId: ids.model, input: { prices: { input: '2.5', cachedRead: '0', output: '10.000000001' } } }),
    expected: { currentPrice: { prices: { input: '2.5', cachedRead: '0', output: '10.000000001' } } },
    invalid: () => ({ modelId: ids.model, input: { prices: { input: '-0.01' } } }),
    unknown: () => ({ modelId: 'mdl_unknown', input: { prices: { input: '1' } } }),
  },
  createAlias: {
    action: 'alias.create',
    document: create('Alias'),
    valid: () => ({ input: { name: 'chat-fast', targets: [{ modelId: ids.model }] } }),
    expected: { name: 'chat-fast', displayName: 'chat-fast', targets: [{ position: 0, weight: 1 }] },
    invalid: () => ({ input: { name: 'no spaces' } }),
    unknown: () => ({ input: { name: 'x', targets: [{ modelId: 'mdl_unknown' }] } }),
  },
  updateAlias: {
    action: 'alias.update',
    document: update('Alias'),
    valid: () => ({ id: ids.alias, input: { displayName: 'Fast', priceOverride: { output: '20' } } }),
    expected: { displayName: 'Fast', priceOverride: { input: null, output: '20' } },
    invalid: () => ({ id: ids.alias, input: { priceOverride: { output: '-1' } } }),
  },
  setAliasTargets: {
    action: 'alias.update',
    document: TARGETS,
    valid: () => ({ id: ids.alias, input: { targets: [{ modelId: ids.model, weight: 3 }] } }),
    expected: { targets: [{ position: 0, weight: 3, model: { name: 'gpt-4o' } }] },
    invalid: () => ({ id: ids.alias, input: { targets: [{ modelId: ids.model }, { modelId: ids.model }] } }),
  },
  createAccessGroup: {
    action: 'access_group.create',
    document: create('AccessGroup'),
    valid: () => ({ input: { id: 'basic', aliasIds: [ids.alias] } }),
    expected: { id: 'basic', displayName: 'basic', status: 'ACTIVE', aliases: [{ name: 'chat-fast' }], teams: [] },
    invalid: () => ({ input: { id: 'Not A Slug' } }),
    unknown: () => ({ input: { id: 'other', aliasIds: ['als_unknown'] } }),
  },
  updateAccessGroup: {
    action: 'access_group.update',
    document: update('AccessGroup'),
    valid: () => ({ id: 'basic', input: { displayName: 'Basic models', description: 'For all' } }),
    expected: { displayName: 'Basic models', description: 'For all' },
    invalid: () => ({ id: 'basic', input: { displayName: '' } }),
  },
  setAccessGroupAliases: {
    action: 'access_group.update',
    document: mutation('setAccessGroupAliases', '$id: ID!, $aliasIds: [ID!]!', 'AccessGroup'),
    valid: () => ({ id: 'basic', aliasIds: [ids.alias, ids.alias] }),
    expected: { aliases: [{ name: 'chat-fast' }] },
    invalid: () => ({ id: 'basic', aliasIds: numbered(501) }),
  },
  setTeamAccessGroups: {
    action: 'team.grant_access',
    document: GRANT,
    valid: () => ({ teamId: 'team-a', accessGroupIds: ['basic'] }),
    expected: { id: 'team-a', accessGroups: [{ id: 'basic' }], allowedAliases: ['chat-fast'] },
    invalid: () => ({ teamId: 'team-a', accessGroupIds: numbered(201) }),
    unknown: () => ({ teamId: 'team-a', accessGroupIds: ['unknown'] }),
  },
};

const DELETIONS: Record<string, MutationCase> = Object.fromEntries(
  (['AccessGroup', 'Alias', 'Model', 'Provider'] as const).map((type) => {
    const action = `${type === 'AccessGroup' ? 'access_group' : type.toLowerCase()}.delete`;
    const valid = () => ({ id: ids[`spare${type}`] });
    return [`delete${type}`, { action, document: remove(type), valid, expected: {} }];
  }),
);

function behaves(name: string, each: MutationCase): void {
  const attempt = (variables: object, headers?: Record<string, string>) =>
    audited(() => test.gql(each.document, variables, headers));
  const refuses = async (code: string, variables: object, headers?: Record<string, string>): Promise<void> => {
    const { result, rows } = await attempt(variables, headers);
    expect(result.body.errors?.[0]?.extensions.code).toBe(code);
    const status = headers ? 'denied' : 'failed';
    expect(rows.map((row) => [row.action, row.status])).toEqual([[each.action, status]]);
  };

  it('is refused without a credential', () => refuses('UNAUTHENTICATED', each.valid(), NOBODY));
  it('refuses what is unknown', () => refuses('NOT_FOUND', each.unknown?.() ?? { ...each.valid(), id: 'unknown' }));
  if (each.invalid) it('refuses wrong input', () => refuses('INVALID_REQUEST', each.invalid!()));

  it('gives the changed object and leaves exactly one audit row', async () => {
    const { result, rows } = await attempt(each.valid());
    expect(result.body.errors).toBeUndefined();
    const answer = result.body.data[name];
    expect(answer).toMatchObject(each.expected);
    const noun = each.action.split('.')[0]!;
    if (name.startsWith('create')) ids[noun] = answer.id;
    const entity = noun.replace(/(^|_)./g, (text) => text.slice(-1).toUpperCase());
    expect(rows.map((row) => [row.action, row.status, row.entity_type])).toEqual([[each.action, 'success', entity]]);
    if (entity !== 'Price') expect(rows[0]!.entity_id).toBe(answer.id);
  });
}

describe.each(Object.entries(CASES))('%s', behaves);

describe('what is in use', () => {
  const conflict = async (document: string, variables: object): Promise<string> => {
    const { body } = await test.gql(document, variables);
    expect(body.errors[0].extensions.code).toBe('CONFLICT');
    return body.errors[0].message;
  };

  it('is not deleted, and the refusal names what uses it', async () => {
    const [byAlias, byTeam] = ['still in use by aliases: chat-fast', 'still in use by teams: team-a'];
    expect(await conflict(remove('Provider'), { id: ids.provider })).toContain(byAlias);
    expect(await conflict(remove('Model'), { id: ids.model })).toContain(byAlias);
    const message = await conflict(remove('AccessGroup'), { id: 'basic' });
    expect(message).toBe(`Cannot delete access group 'basic' - ${byTeam}`);
  });

  it('keeps its name', async () => {
    await conflict(create('Provider'), { input: { kind: 'openai', name: 'OpenAI EU' } });
    await conflict(create('Model'), { input: { name: 'gpt-4o', providerId: ids.provider } });
    await conflict(create('Alias'), { input: { name: 'chat-fast' } });
    await conflict(create('AccessGroup'), { input: { id: 'basic' } });
  });
});

describe('what is not in use', () => {
  beforeAll(async () => {
    const make = (type: Type, input: object) => gql(create(type), { input });
    ids.spareProvider = (await make('Provider', { kind: 'openai', name: 'Spare', credential: CREDENTIAL })).id;
    ids.spareModel = (await make('Model', { name: 'spare', providerKind: 'openai' })).id;
    ids.spareAlias = (await make('Alias', { name: 'spare' })).id;
    ids.spareAccessGroup = (await make('AccessGroup', { id: 'spare', aliasIds: [ids.spareAlias] })).id;
  });

  describe.each(Object.entries(DELETIONS))('%s', behaves);

  it('is gone for good, and its name is free again', async () => {
    const { body } = await test.gql('query ($id: ID!) { alias(id: $id) { id } }', { id: ids.spareAlias });
    expect(body.errors[0].extensions.code).toBe('NOT_FOUND');
    const again = await gql(create('Alias'), { input: { name: 'spare' } });
    await gql(remove('Alias'), { id: again.id });
    const cleared = 'SELECT 1 FROM providers WHERE id = $1 AND credential_ciphertext IS NULL';
    expect(await count(cleared, [ids.spareProvider])).toBe(1);
  });
});

describe('a provider', () => {
  it('must be given its credential again when its base URL changes', async () => {
    const input = { baseUrl: 'https://elsewhere.example.com/v1' };
    const { body } = await test.gql(UPDATE_PROVIDER, { id: ids.provider, input });
    expect(body.errors[0].extensions).toMatchObject({ code: 'INVALID_REQUEST', field: 'credential' });
    const moved = await gql(UPDATE_PROVIDER, { id: ids.provider, input: { ...input, credential: CREDENTIAL } });
    expect(moved).toMatchObject({ baseUrl: 'https://elsewhere.example.com/v1', credentialHint: '0001' });
    const back = await gql(UPDATE_PROVIDER, { id: ids.provider, input: { baseUrl: null, credential: ROTATED } });
    expect(back).toMatchObject({ baseUrl: null, hasCredential: true });
  });

  it.each(['http://api.example.com', 'https://10.0.0.1/v1', 'https://localhost/v1', 'https://u:p@example.com', ''])(
    'must not lie at %j',
    async (baseUrl) => {
      const { body } = await test.gql(PROVIDER, { input: { kind: 'openai', name: 'X', baseUrl } });
      expect(body.errors[0].extensions).toMatchObject({ code: 'INVALID_REQUEST', field: 'baseUrl' });
    },
  );

  it('is simulated for the platform only', async () => {
    const input = { kind: 'simulator', name: 'Simulator' };
    const { body } = await test.gql(PROVIDER, { input: { ...input, organizationId: 'org-a' } });
    expect(body.errors[0].extensions).toMatchObject({ code: 'INVALID_REQUEST', field: 'kind' });
    expect(await gql(PROVIDER, { input })).toMatchObject({ isSimulated: true, hasCredential: false });
  });

  it('of another organization is out of reach', async () => {
    const providers = test.app.get(ProvidersService);
    const own = await gql(PROVIDER, { input: { kind: 'openai', name: 'Of B', organizationId: 'org-b' } });
    const database = test.app.get(Database);
    const system = systemCtx(database, 'spec', 'req_spec');
    const ctx = new Ctx({ ...system, organizationId: 'org-a', em: database.manager('org-a') });
    expect(await codeOf(providers.get(ctx, own.id))).toBe('not_found');
    expect((await providers.list(ctx, {})).items).toEqual([]);
    expect(await codeOf(providers.create(ctx, { kind: 'openai', name: 'For all' }))).toBe('forbidden');
    await gql(remove('Provider'), { id: own.id });
  });
});

describe('a price', () => {
  it('takes over when its time has come, one an instant', async () => {
    const validFrom = new Date(test.clock.nowMs() + 3_600_000).toISOString();
    const dated = { modelId: ids.model, input: { validFrom, prices: { input: '3', output: '10' } } };
    const before = await gql(PRICE, dated);
    expect(before.currentPrice.prices.input).toBe('2.5');
    expect(before.prices[0]).toMatchObject({ validFrom, prices: { input: '3' } });
    expect((await test.gql(PRICE, dated)).body.errors[0].extensions.code).toBe('CONFLICT');
    test.clock.advance(3_600_000);
    const prices = { input: '2.5', cachedRead: '0', output: '10.000000001' };
    const after = await gql(PRICE, { modelId: ids.model, input: { prices } });
    expect(after.prices.map((price: { prices: { input: string } }) => price.prices.input)).toEqual(['2.5', '3', '2.5']);
    expect(after.currentPrice.prices).toMatchObject(prices);
  });
});

describe('lists', () => {
  it.each([
    ['providers', 'Provider', ['CREATED', 'NAME', 'KIND', 'STATUS']],
    ['models', 'Model', ['CREATED', 'NAME', 'PROVIDER_KIND', 'CONTEXT_WINDOW', 'STATUS']],
    ['aliases', 'Alias', ['CREATED', 'NAME', 'DISPLAY_NAME', 'STATUS']],
    ['accessGroups', 'AccessGroup', ['CREATED', 'ID', 'DISPLAY_NAME', 'STATUS']],
  ])('%s page, search and sort in every order', async (field, type, orders) => {
    const document = `query ($first: Int, $after: String, $search: String, $order: ${type}Order, $filter: ${type}Filter) {
      ${field}(first: $first, after: $after, search: $search, orderBy: $order, filter: $filter) {
        items { ${FIELDS[type as Type]} } total nextCursor } }`;
    const all = await gql(document);
    expect(all.items).toHaveLength(all.total);
    for (const order of orders.flatMap((each) => [`${each}_ASC`, `${each}_DESC`])) {
      const seen: string[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = await gql(document, { first: 1, after, order });
        seen.push(...page.items.map((item: { id: string }) => item.id));
        after = page.nextCursor;
      }
      expect(seen.sort()).toEqual(all.items.map((item: { id: string }) => item.id).sort());
    }
    expect(await gql(document, { search: 'nothing like this' })).toMatchObject({ total: 0, items: [] });
  });

  it('filter', async () => {
    const names = async (field: string, filter: string) =>
      (await gql(`{ ${field}(filter: ${filter}) { items { id } } }`)).items.map((item: { id: string }) => item.id);
    const all = '{ providerKind: "openai", accessGroupId: "basic", status: ACTIVE }';
    expect(await names('aliases', all)).toEqual([ids.alias]);
    expect(await names('aliases', '{ providerKind: "simulator" }')).toEqual([]);
    expect(await names('models', `{ providerId: "${ids.provider}", name: "gpt-4o" }`)).toEqual([ids.model]);
    expect(await names('providers', '{ kind: "openai", status: ENABLED }')).toEqual([ids.provider]);
    expect(await names('accessGroups', '{ status: INACTIVE }')).toEqual([]);
  });
});

describe('changes at the same time', () => {
  it('queue up instead of clashing', async () => {
    const targets = { id: ids.alias, input: { targets: [{ modelId: ids.model }] } };
    const grant = { teamId: 'team-a', accessGroupIds: ['basic'] };
    await Promise.all(Array.from({ length: 6 }, () => [gql(TARGETS, targets), gql(GRANT, grant)]).flat());
    expect(await count('SELECT 1 FROM alias_targets WHERE alias_id = $1', [ids.alias])).toBe(1);
  });
});

describe('RoutesService', () => {
  const ask: RouteRequest = { ...PLACE_A, alias: 'chat-fast', defaultAlias: null };
  const resolve = (change: Partial<RouteRequest> = {}): Promise<Route> =>
    test.app.get(RoutesService).resolve({ ...ask, ...change });

  it('gives the targets with credential, prices and what the tenant pays', async () => {
    const route = await resolve();
    expect(route.alias).toEqual({ id: ids.alias, name: 'chat-fast', strategy: 'ordered' });
    const [target, ...others] = route.targets;
    expect(others).toEqual([]);
    expect(target).toMatchObject({ modelId: ids.model, modelName: 'gpt-4o', contextWindow: 128_000 });
    expect(target!.prices).toEqual({ input: 2_500_000_000n, cached_read: 0n, output: 10_000_000_001n });
    expect(target!.charged).toEqual({ input: 2_500_000_000n, cached_read: 0n, output: 20_000_000_000n });
    expect(target!.provider).toMatchObject({ id: ids.provider, kind: 'openai', baseUrl: null });
    expect(target!.provider.credential?.reveal()).toBe(ROTATED);
    expect(await resolve()).toBe(route);
  });

  it('takes the default, else the only alias, else demands one', async () => {
    expect((await resolve({ alias: null, defaultAlias: 'chat-fast' })).alias.name).toBe('chat-fast');
    expect((await resolve({ alias: null })).alias.name).toBe('chat-fast');
    expect(await codeOf(resolve({ alias: null, teamId: 'team-b', organizationId: 'org-b' }))).toBe('invalid_request');
  });

  it('refuses unknown aliases, and those that are not granted', async () => {
    expect(await codeOf(resolve({ alias: 'unknown' }))).toBe('not_found');
    expect(await codeOf(resolve({ teamId: 'team-b', organizationId: 'org-b' }))).toBe('model_not_allowed');
    expect(await codeOf(resolve({ organizationId: 'org-b' }))).toBe('model_not_allowed');
  });

  it('forgets what it knew when the catalog changes', async () => {
    const asked = () => codeOf(resolve());
    const steps = [
      ['Provider', ids.provider, 'DISABLED', 'ENABLED', 'provider_error'],
      ['AccessGroup', 'basic', 'INACTIVE', 'ACTIVE', 'model_not_allowed'],
      ['Alias', ids.alias, 'INACTIVE', 'ACTIVE', 'model_not_allowed'],
    ] as const;
    expect(await asked()).toBe('none');
    for (const [type, id, off, on, code] of steps) {
      await gql(update(type), { id, input: { status: off } });
      expect(await asked()).toBe(code);
      await gql(update(type), { id, input: { status: on } });
      expect(await asked()).toBe('none');
    }
    await gql(GRANT, { teamId: 'team-a', accessGroupIds: [] });
    expect(await asked()).toBe('model_not_allowed');
    await gql(GRANT, { teamId: 'team-a', accessGroupIds: ['basic'] });
    expect(await asked()).toBe('none');
  });
});

describe('aliases of the seeds', () => {
  const inTransaction = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => {
    const database = test.app.get(Database);
    return database.transaction(systemCtx(database, 'spec', 'req_spec'), work);
  };
  const simple = (): SimpleAliasesService => test.app.get(SimpleAliasesService);
  const base = { displayName: 'S', providerKind: 'openai', actualModel: 'gpt-x', accessGroups: ['basic'] };
  const route = (alias: string): Promise<Route> =>
    test.app.get(RoutesService).resolve({ ...PLACE_A, alias, defaultAlias: null });

  it('make the model and its price first, then differ from it by an override', async () => {
    const prices = { pricingInputUsd: nanoUsd(1_000_000_000n), pricingOutputUsd: nanoUsd(0n) };
    const first = await inTransaction((ctx) => simple().createSimple(ctx, { ...base, alias: 'one', ...prices }));
    expect(first).toMatchObject({ actualModel: 'gpt-x', providerKind: 'openai', accessGroups: ['basic'], ...prices });
    expect(first.alias.priceOverride).toBeNull();
    const same = await inTransaction((ctx) => simple().createSimple(ctx, { ...base, alias: 'two', ...prices }));
    expect(same.alias.priceOverride).toBeNull();
    const dearer = { pricingInputUsd: nanoUsd(2_000_000_000n) };
    const other = await inTransaction((ctx) => simple().createSimple(ctx, { ...base, alias: 'three', ...dearer }));
    expect(other).toMatchObject({ ...dearer, pricingOutputUsd: 0n });
    expect(other.alias.priceOverride).toEqual({ input: '2000000000' });
    expect(await count("SELECT 1 FROM models WHERE name = 'gpt-x'")).toBe(1);
  });

  it('are served by the own provider of an organization first, else by the platform', async () => {
    const own = { kind: 'openai', name: 'Own', organizationId: 'org-a', credential: CREDENTIAL };
    const foreign = { ...own, name: 'Foreign', organizationId: 'org-b' };
    const served = async () => (await route('one')).targets[0]!.provider.id;
    expect(await served()).toBe(ids.provider);
    const { id: providerId } = await gql(PROVIDER, { input: foreign });
    const { id: modelId } = await gql(create('Model'), { input: { name: 'gpt-b', providerId } });
    await gql(PRICE, { modelId, input: { prices: { input: '1' } } });
    const ofB = await gql(create('Alias'), { input: { name: 'of-b', targets: [{ modelId }] } });
    await gql(create('AccessGroup'), { input: { id: 'foreign', aliasIds: [ofB.id] } });
    await gql(GRANT, { teamId: 'team-a', accessGroupIds: ['basic', 'foreign'] });
    expect(await codeOf(route('of-b'))).toBe('provider_error');
    const mine = await gql(PROVIDER, { input: own });
    expect(await served()).toBe(mine.id);
  });

  it('change, and refuse what is wrong', async () => {
    const changes = { actualModel: 'gpt-y', accessGroups: [], status: AliasStatus.INACTIVE, description: 'd' } as const;
    const changed = await inTransaction((ctx) => simple().updateSimple(ctx, 'two', changes));
    expect(changed).toMatchObject({ actualModel: 'gpt-y', accessGroups: [], pricingInputUsd: null });
    expect(changed.alias).toMatchObject({ status: 'inactive', description: 'd', displayName: 'S' });
    const attempt = (input: object) =>
      codeOf(inTransaction((ctx) => simple().createSimple(ctx, { ...base, alias: 'four', ...input })));
    expect(await attempt({ providerKind: 'telepathy' })).toBe('invalid_request');
    expect(await attempt({ accessGroups: ['unknown'] })).toBe('not_found');
    expect(await attempt({ pricingInputUsd: nanoUsd(-1n) })).toBe('invalid_request');
    expect(await attempt({ alias: 'one' })).toBe('conflict');
    expect(await codeOf(inTransaction((ctx) => test.app.get(AliasesService).getByName(ctx, 'four')))).toBe('not_found');
  });

  it('without any price are not served', async () => {
    await inTransaction((ctx) => simple().createSimple(ctx, { ...base, alias: 'free', actualModel: 'unpriced' }));
    await expect(route('free')).rejects.toThrow("model alias 'free' has no price in effect");
  });
});

describe('credentials', () => {
  it('stand nowhere in the database in clear', async () => {
    const { rows } = await test.db.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    for (const { tablename } of rows) {
      const found = await count(`SELECT 1 FROM ${tablename} t WHERE t::text LIKE '%sk-credential-of%'`);
      expect([tablename, found]).toEqual([tablename, 0]);
    }
    expect(await count("SELECT 1 FROM providers WHERE credential_ciphertext LIKE 'v1.%'")).toBeGreaterThan(0);
    const leaks = "SELECT 1 FROM audit_entries a WHERE a::text LIKE '%v1.%' OR a::text LIKE '%iphertext%'";
    expect(await count(leaks)).toBe(0);
  });
});
