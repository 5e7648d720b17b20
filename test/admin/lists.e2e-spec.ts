import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { isEnumType } from 'graphql';
import { startTestApp, type TestApp } from '../support/app.js';
import { seed } from '../support/seed.js';
import { must } from '../support/world.js';

type Value = string | number | boolean | null;
type Item = Readonly<Record<string, unknown>>;

interface List {
  /** Root field, and the enum of its orders. */
  readonly order: string;
  /** Arguments besides those of a page. */
  readonly args?: string;
  /** What every sort column shows, as a path into the item. */
  readonly columns: Readonly<Record<string, string>>;
}

/** Every list that can be sorted, and the field that each sort column is about. */
const LISTS: Readonly<Record<string, List>> = {
  organizations: {
    order: 'OrganizationOrder',
    columns: {
      CREATED: 'createdAt',
      NAME: 'name',
      ID: 'id',
      STATUS: 'status',
      PLAN: 'plan',
      TEAM_COUNT: 'teamCount',
      ACTIVE_KEY_COUNT: 'activeKeyCount',
      CREDITS_ALLOCATED: 'credits.allocated',
      CREDITS_REMAINING: 'credits.remaining',
      CREDITS_USED: 'credits.used',
      TOTAL_SPENT: 'totalSpent',
    },
  },
  teams: {
    order: 'TeamOrder',
    columns: {
      CREATED: 'createdAt',
      NAME: 'name',
      ID: 'id',
      STATUS: 'status',
      ORGANIZATION: 'organization.name',
      BUDGET_MODE: 'budgetMode',
      ACTIVE_KEY_COUNT: 'activeKeyCount',
      CREDITS_ALLOCATED: 'credits.allocated',
      CREDITS_REMAINING: 'credits.remaining',
      CREDITS_USED: 'credits.used',
    },
  },
  groups: {
    order: 'GroupOrder',
    columns: { CREATED: 'createdAt', NAME: 'name' },
  },
  projects: {
    order: 'ProjectOrder',
    columns: { CREATED: 'createdAt', CODE: 'code', NAME: 'name', STATUS: 'status' },
  },
  keys: {
    order: 'KeyOrder',
    columns: {
      CREATED: 'createdAt',
      NAME: 'name',
      LAST_USED: 'lastUsedAt',
      LAST_FOUR: 'lastFour',
      EXPIRES: 'expiresAt',
      TEAM: 'team.name',
      ORGANIZATION: 'organization.name',
    },
  },
  aliases: {
    order: 'AliasOrder',
    columns: {
      CREATED: 'createdAt',
      NAME: 'name',
      DISPLAY_NAME: 'displayName',
      STATUS: 'status',
      TARGET_COUNT: 'targetCount',
      PROVIDER: 'providerKinds.0',
      INPUT_PRICE: 'currentPrice.input',
      OUTPUT_PRICE: 'currentPrice.output',
    },
  },
  accessGroups: {
    order: 'AccessGroupOrder',
    columns: {
      CREATED: 'createdAt',
      ID: 'id',
      DISPLAY_NAME: 'displayName',
      STATUS: 'status',
      ALIAS_COUNT: 'aliasCount',
      TEAM_COUNT: 'teamCount',
    },
  },
  providers: {
    order: 'ProviderOrder',
    columns: {
      CREATED: 'createdAt',
      NAME: 'name',
      KIND: 'kind',
      STATUS: 'status',
      ORGANIZATION: 'organization.name',
      MODEL_COUNT: 'modelCount',
    },
  },
  models: {
    order: 'ModelOrder',
    columns: {
      CREATED: 'createdAt',
      NAME: 'name',
      PROVIDER_KIND: 'providerKind',
      CONTEXT_WINDOW: 'contextWindow',
      STATUS: 'status',
      ALIAS_COUNT: 'aliasCount',
    },
  },
  jobs: {
    order: 'JobOrder',
    columns: {
      CREATED: 'createdAt',
      COST: 'costCharged',
      STATUS: 'status',
      TYPE: 'jobType',
      TEAM: 'team.name',
      CALLS: 'callCount',
      DURATION: 'durationMs',
      CREDITS: 'creditsCharged',
    },
  },
  creditTransactions: {
    order: 'CreditTransactionOrder',
    args: 'teamId: "seed-team-1", ',
    columns: { CREATED: 'createdAt' },
  },
};

/** Sort columns that no single field shows; each has a test of its own below. */
const OF_SEVERAL_FIELDS = ['keys STATUS', 'providers ERROR_RATE', 'jobs TOKENS'];

const PAGE = 4;
let app: TestApp;

/** `credits.remaining` as a selection. Parts that are numbers are places in a list. */
const selection = (path: string): string =>
  path
    .split('.')
    .filter((part) => !/^\d+$/.test(part))
    .reduceRight((inner, part) => (inner ? `${part} { ${inner} }` : part), '');

const at = (item: Item, path: string): Value =>
  path.split('.').reduce<unknown>((value, part) => (value as Item | null)?.[part] ?? null, item) as Value;

/** Amounts come as decimal text; as text they would sort wrongly. */
const comparable = (value: Value): string | number | null => {
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return typeof value === 'string' ? value.toLowerCase() : (value as number | null);
};

async function ids(list: string, args: string): Promise<{ id: string }[]> {
  const data = await must<Record<string, { items: { id: string }[] }>>(
    app,
    `{ ${list}(first: 200, ${args}) { items { id } } }`,
  );
  return data[list]!.items;
}

/** All rows of a list, page by page. */
async function pages(list: string, order: string, fields: string): Promise<{ items: Item[]; total: number }> {
  const items: Item[] = [];
  let after: string | null = null;
  let total: number;
  do {
    const query = `query ($after: String) { page: ${list}(${LISTS[list]!.args ?? ''}first: ${PAGE}, after: $after, orderBy: ${order}) {
      total nextCursor items { id ${fields} } } }`;
    const { page }: { page: { items: Item[]; total: number; nextCursor: string | null } } = await must(app, query, {
      after,
    });
    items.push(...page.items);
    ({ total, nextCursor: after } = page);
  } while (after !== null);
  return { items, total };
}

/** A group and a project of one name; every other project is suspended. */
async function makeScopes(name: string): Promise<void> {
  const place = { organizationId: 'seed-org-2', name };
  await must(app, 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { id } }', { input: place });
  const query = 'mutation ($input: CreateProjectInput!) { made: createProject(input: $input) { id } }';
  const { made } = await must<{ made: { id: string } }>(app, query, {
    input: { ...place, code: `${name.slice(1)}-1` },
  });
  if (name.length === 5) await must(app, 'mutation ($id: ID!) { suspendProject(id: $id) { id } }', made);
}

beforeAll(async () => {
  app = await startTestApp();
  const size = { organizations: 9, teams: 14, keys: 26, jobs: 30, callsPerJob: 3, days: 0.02 };
  await seed(app.db, size, app.clock.now());
  const input = { teamId: 'seed-team-1', credits: '5', reason: 'Sorted' };
  for (let n = 0; n < 6; n++)
    await must(app, 'mutation ($input: CreditsInput!) { addCredits(input: $input) { id } }', { input });
  for (const name of ['Delta', 'Alpha', 'Echo', 'Bravo', 'Golf', 'Foxtrot']) await makeScopes(name);
});
afterAll(() => app.close());

it('knows the field of every sort column of the schema', () => {
  const { schema } = app.app.get(GraphQLSchemaHost);
  for (const [list, { order, columns }] of Object.entries(LISTS)) {
    const type = schema.getType(order);
    const values = isEnumType(type) ? type.getValues().map((value) => value.name) : [];
    const found = new Set(values.map((value) => value.replace(/_(ASC|DESC)$/, '')));
    const alone = OF_SEVERAL_FIELDS.flatMap((each) => (each.startsWith(`${list} `) ? [each.split(' ')[1]!] : []));
    expect([list, [...found].sort()]).toEqual([list, [...Object.keys(columns), ...alone].sort()]);
    expect(values).toHaveLength(found.size * 2);
  }
});

describe.each(Object.keys(LISTS))('%s', (list) => {
  const { columns } = LISTS[list]!;

  it.each(Object.keys(columns))('is sorted by %s, both ways, over pages without gap or repetition', async (column) => {
    const path = columns[column]!;
    const up = await pages(list, `${column}_ASC`, selection(path));
    const down = await pages(list, `${column}_DESC`, selection(path));
    expect(up.total).toBeGreaterThan(2);
    for (const { items, total } of [up, down]) {
      expect(items).toHaveLength(total);
      expect(new Set(items.map((item) => item.id)).size).toBe(total);
    }
    const shown = (items: readonly Item[]): (string | number)[] =>
      items.map((item) => comparable(at(item, path))).filter((value) => value !== null);
    const sorted = [...shown(up.items)].sort((a, b) => (a < b ? -1 : Number(a > b)));
    expect([shown(up.items), shown(down.items)]).toEqual([sorted, [...sorted].reverse()]);
    // Rows without a value come last, whichever way.
    for (const { items } of [up, down]) {
      const first = items.findIndex((item) => at(item, path) === null);
      if (first >= 0) expect(items.slice(first).every((item) => at(item, path) === null)).toBe(true);
    }
  });
});

describe('what several fields show together', () => {
  it('keys by status: those that work, then expired, then revoked ones', async () => {
    const { items } = await pages('keys', 'STATUS_ASC', 'status isExpired');
    const words = items.map(({ status, isExpired }) =>
      status === 'REVOKED' ? 'revoked' : isExpired ? 'expired' : 'active',
    );
    expect(words).toEqual([...words].sort());
    expect(new Set(words)).toEqual(new Set(['active', 'expired', 'revoked']));
  });

  it('jobs by the tokens of their calls', async () => {
    const { items } = await pages('jobs', 'TOKENS_DESC', 'tokensIn tokensOut');
    const tokens = items.map(({ tokensIn, tokensOut }) => Number(tokensIn) + Number(tokensOut));
    expect(tokens).toEqual([...tokens].sort((a, b) => b - a));
    expect(new Set(tokens).size).toBeGreaterThan(5);
  });

  it('providers by how many of their requests failed', async () => {
    await app.db.query(
      `UPDATE calls SET attempts = jsonb_set(attempts, '{0,error}', '"timeout"') WHERE provider_id = 'prv_seed2'`,
    );
    const { items } = await pages('providers', 'ERROR_RATE_DESC', 'health { errorRate calls }');
    const rates = items.map((item) => at(item, 'health.errorRate'));
    expect(items[0]!.id).toBe('prv_seed2');
    expect(rates).toEqual([1, rates[1], 0]);
  });
});

describe('filters and search', () => {
  const count = async (sql: string): Promise<number> =>
    (await app.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`)).rows[0]!.n;
  const now = (): string => `'${app.clock.now().toISOString()}'::timestamptz`;

  it('organizations by status', async () => {
    const found = await ids('organizations', 'filter: { status: SUSPENDED }');
    expect(found).toHaveLength(await count("organizations WHERE status = 'suspended'"));
    expect(found.length).toBeGreaterThan(0);
  });

  it('teams by access group, organization, status and budget mode together', async () => {
    const group = await ids('teams', 'filter: { accessGroupId: "seed-group-2" }');
    expect(group).toHaveLength(await count("access_grants WHERE access_group_id = 'seed-group-2'"));
    const all = 'organizationId: "seed-org-2", status: ACTIVE, budgetMode: CONSUMPTION_USD';
    const where = "organization_id = 'seed-org-2' AND status = 'active' AND budget_mode = 'consumption_usd'";
    expect(await ids('teams', `filter: { ${all} }`)).toHaveLength(await count(`teams WHERE ${where}`));
    expect(await ids('teams', 'filter: { accessGroupId: "unknown" }')).toEqual([]);
  });

  it('keys that work, have expired or were revoked, and by their last four', async () => {
    const expired = `status = 'active' AND expires_at <= ${now()}`;
    expect(await ids('keys', 'filter: { status: EXPIRED }')).toHaveLength(await count(`keys WHERE ${expired}`));
    expect(await ids('keys', 'filter: { status: REVOKED }')).toHaveLength(await count("keys WHERE status = 'revoked'"));
    const works = `status = 'active' AND (expires_at IS NULL OR expires_at > ${now()})`;
    expect(await ids('keys', 'filter: { status: ACTIVE }')).toHaveLength(await count(`keys WHERE ${works}`));
    expect(await ids('keys', 'search: "0111"')).toEqual([{ id: 'key_seed3' }]);
  });

  it('jobs by key, alias, start of the id, type and user', async () => {
    const [job] = (await app.db.query<{ id: string; keyId: string }>('SELECT id, key_id AS "keyId" FROM jobs LIMIT 1'))
      .rows;
    const ofKey = await ids('jobs', `filter: { keyId: "${job!.keyId}" }`);
    expect(ofKey).toHaveLength(await count(`jobs WHERE key_id = '${job!.keyId}'`));
    const calling = "(SELECT DISTINCT job_id FROM calls WHERE alias = 'seed-alias-2') found";
    expect(await ids('jobs', 'filter: { alias: "seed-alias-2" }')).toHaveLength(await count(calling));
    for (const length of [9, 13, 36])
      expect(await ids('jobs', `search: "${job!.id.slice(0, length).toUpperCase()}"`)).toEqual([{ id: job!.id }]);
    expect(await ids('jobs', 'search: "type-3"')).toHaveLength(await count("jobs WHERE job_type = 'type-3'"));
    expect(await ids('jobs', 'search: "user-4"')).toHaveLength(await count("jobs WHERE user_id LIKE '%user-4%'"));
    expect(await ids('jobs', 'search: "100%"')).toEqual([]);
  });

  it('credit transactions by kinds and time', async () => {
    const input = { teamId: 'seed-team-1', credits: '1', reason: 'Back' };
    await must(app, 'mutation ($input: CreditsInput!) { removeCredits(input: $input) { id } }', { input });
    const of = (filter: string): Promise<{ id: string }[]> =>
      ids('creditTransactions', `teamId: "seed-team-1", filter: { ${filter} }`);
    const [all, removed] = [await of(''), await of('kinds: [CREDIT_REMOVAL]')];
    expect([all.length, removed.length]).toEqual([7, 1]);
    expect(await of('kinds: [CREDIT_REMOVAL, CREDIT_ALLOCATION]')).toHaveLength(7);
    expect(await of('kinds: []')).toHaveLength(0);
    const later = new Date(app.clock.nowMs() + 60_000).toISOString();
    expect(await of(`from: "${later}"`)).toEqual([]);
    expect(await of(`to: "${later}"`)).toHaveLength(7);
  });
});

describe('a pause whose time has come', () => {
  const status = async (): Promise<unknown> => {
    const query = `{ one: team(id: "seed-team-2") { status statusReason pauseUntil }
      organization(id: "seed-org-3") { teams { id status } }
      key(id: "key_seed1") { team { status } } accessGroup(id: "seed-group-3") { teams { id status } } }`;
    const data = await must<Record<string, Item>>(app, query);
    const named = (teams: unknown): unknown => (teams as Item[]).find(({ id }) => id === 'seed-team-2')?.status;
    const rest = (await app.rest('GET', '/api/teams/seed-team-2')).body;
    return {
      one: data.one,
      inLists: [named(data.organization!.teams), named(data.accessGroup!.teams), at(data.key!, 'team.status')],
      filtered: await Promise.all(
        ['PAUSED', 'ACTIVE'].map(async (each) => {
          const found = await ids('teams', `filter: { status: ${each} }`);
          return found.some(({ id }) => id === 'seed-team-2');
        }),
      ),
      rest: [rest.status, rest.status_reason, rest.pause_until],
    };
  };

  it('is over for every reader at the same moment', async () => {
    const until = new Date(app.clock.nowMs() + 60 * 60 * 1000);
    const pause = 'mutation ($input: PauseTeamInput!) { pauseTeam(id: "seed-team-2", input: $input) { status } }';
    await must(app, pause, { input: { reason: 'Holiday', until } });
    const at = until.toISOString();
    expect(await status()).toEqual({
      one: { status: 'PAUSED', statusReason: 'Holiday', pauseUntil: at },
      inLists: ['PAUSED', 'PAUSED', 'PAUSED'],
      filtered: [true, false],
      rest: ['paused', 'Holiday', at],
    });
    app.clock.advance(60 * 60 * 1000 + 1);
    expect(await status()).toEqual({
      one: { status: 'ACTIVE', statusReason: null, pauseUntil: null },
      inLists: ['ACTIVE', 'ACTIVE', 'ACTIVE'],
      filtered: [false, true],
      rest: ['active', null, null],
    });
  });
});
