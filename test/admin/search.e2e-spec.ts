import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Action } from '../../src/core/action.js';
import { SearchHitType } from '../../src/modules/search/search-hit.js';
import { SEARCHES } from '../../src/modules/search/searches.js';
import { SearchService } from '../../src/modules/search/search.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ctxOf } from '../support/ctx.js';
import { seed } from '../support/seed.js';
import { must } from '../support/world.js';

interface Hit {
  readonly type: string;
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly organizationId: string | null;
  readonly teamId: string | null;
}

const SEARCH = `query ($text: String!, $first: Int) {
  search(text: $text, first: $first) { type id title subtitle organizationId teamId } }`;

let app: TestApp;

const search = async (text: string, first?: number): Promise<Hit[]> =>
  (await must<{ search: Hit[] }>(app, SEARCH, { text, first })).search;

beforeAll(async () => {
  app = await startTestApp();
  await seed(app.db, { organizations: 6, teams: 12, keys: 30, jobs: 20, callsPerJob: 1, days: 1 }, app.clock.now());
  await app.db.query(`
    UPDATE teams SET name = 'Zebra' WHERE id = 'seed-team-1';
    UPDATE teams SET name = 'Zebra crossing' WHERE id = 'seed-team-2';
    UPDATE teams SET name = 'The zebra herd' WHERE id = 'seed-team-3';
    UPDATE teams SET name = 'Zebra gone', status = 'deleted' WHERE id = 'seed-team-4';
    UPDATE organizations SET name = 'Big zebra' WHERE id = 'seed-org-1';
    INSERT INTO users (id, email, name) VALUES ('usr_seed1', 'ana@seed.example', 'Ana Seed')`);
});
afterAll(() => app.close());

describe('the palette finds', () => {
  it('what matches in whole first, then by its start, then anywhere, and nothing deleted', async () => {
    const hits = await search('zebra');
    expect(hits.map((hit) => hit.title)).toEqual(['Zebra', 'Zebra crossing', 'Big zebra', 'The zebra herd']);
    expect(hits[0]).toEqual({
      type: 'TEAM',
      id: 'seed-team-1',
      title: 'Zebra',
      subtitle: expect.stringMatching(/^seed-team-1 in Seed /),
      organizationId: 'seed-org-2',
      teamId: 'seed-team-1',
    });
  });

  it.each([
    ['ORGANIZATION', 'seed-org-3', 'seed-org-3'],
    ['TEAM', 'seed-team-7', 'seed-team-7'],
    ['KEY', '0111', 'key_seed3'],
    ['ALIAS', 'seed-alias-2', 'als_seed2'],
    ['ACCESS_GROUP', 'seed-group-1', 'seed-group-1'],
    ['PROVIDER', 'seed two', 'prv_seed2'],
    ['MODEL', 'SEED-MODEL-4', 'mdl_seed4'],
    ['USER', 'ana@', 'usr_seed1'],
  ])('a thing of the type %s by %s', async (type, text, id) => {
    expect((await search(text))[0]).toMatchObject({ type, id });
  });

  it('a job by the start of its id, of four digits or more', async () => {
    const { rows } = await app.db.query<{ id: string; teamId: string }>(
      'SELECT id, team_id AS "teamId" FROM jobs LIMIT 1',
    );
    const { id, teamId } = rows[0]!;
    for (const length of [9, 20, 36])
      expect(await search(id.slice(0, length))).toMatchObject([{ type: 'JOB', id, teamId }]);
    expect((await search(id.slice(0, 3))).filter((hit) => hit.type === 'JOB')).toEqual([]);
  });

  it('at most as many as asked for, and never more than twenty', async () => {
    expect(await search('seed')).toHaveLength(20);
    expect(await search('seed', 3)).toHaveLength(3);
  });

  it.each(['%', '_', '\\', "'; DROP TABLE teams; --", '%%%%', 'no such thing'])(
    'only what holds %j as it stands',
    async (text) => {
      const others = (await search(text)).filter(({ id, title }) => !`${id} ${title}`.includes(text));
      expect(others).toEqual([]);
    },
  );

  it('nothing for blanks', async () => {
    expect(await search('   ')).toEqual([]);
  });

  it.each([
    ['', 1, 'text'],
    ['x'.repeat(101), 1, 'text'],
    ['x', 0, 'first'],
    ['x', 21, 'first'],
  ])('refuses %j with %d hits', async (text, first, field) => {
    const { body } = await app.gql(SEARCH, { text, first });
    expect(body.errors[0].extensions).toMatchObject({ code: 'INVALID_REQUEST', field });
  });
});

describe('what is found', () => {
  const find = (organizationId: string, without: readonly Action[] = [], text = 'seed'): Promise<{ type: string }[]> =>
    app.app.get(SearchService).find(ctxOf(app, organizationId, without), { text });

  it('is of the own organization, or of the catalog', async () => {
    const { rows } = await app.db.query<{ id: string }>("SELECT id FROM teams WHERE organization_id = 'seed-org-2'");
    const teams = await app.app.get(SearchService).find(ctxOf(app, 'seed-org-2'), { text: 'seed-team' });
    expect(teams.map((hit) => hit.id).sort()).toEqual(
      rows
        .map((row) => row.id)
        .filter((id) => id !== 'seed-team-4')
        .sort(),
    );
    const all = await app.app.get(SearchService).find(ctxOf(app, 'seed-org-2'), { text: 'seed' });
    expect(all.every((hit) => [null, 'seed-org-2'].includes(hit.organizationId))).toBe(true);
  });

  it.each(Object.values(SearchHitType))('has no %s for somebody who may not read it', async (type) => {
    const text = { key: 'key', job: '', alias: 'alias' }[type as string] ?? 'seed';
    const { rows } = await app.db.query<{ id: string }>('SELECT id FROM jobs LIMIT 1');
    const asked = text === '' ? rows[0]!.id : text;
    const types = async (without: readonly Action[]): Promise<Set<string>> =>
      new Set((await find('*', without, asked)).map((hit) => hit.type));
    const only = Object.values(SearchHitType).filter((each) => each !== type);
    const others = only.map((each) => SEARCHES[each].action);
    expect(await types(others)).toEqual(new Set([type]));
    expect(await types([...others, SEARCHES[type].action])).toEqual(new Set());
    expect((await types([SEARCHES[type].action])).has(type)).toBe(false);
  });
});
