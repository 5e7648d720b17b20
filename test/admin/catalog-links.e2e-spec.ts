import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

let test: TestApp;
/** Ids of what the spec made, by name. */
const ids: Record<string, string> = {};

/** What the first field of an operation answers. */
async function gql(document: string) {
  const { body } = await test.gql(document);
  expect(body.errors).toBeUndefined();
  return Object.values(body.data)[0] as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- JSON whose shape is what the spec checks
}

async function codeOf(document: string): Promise<string | undefined> {
  const { body } = await test.gql(document);
  return body.errors?.[0]?.extensions.code;
}

async function make(name: string, mutation: string): Promise<void> {
  ids[name] = (await gql(`mutation { ${mutation} { id } }`)).id;
}

/** Names of what a list with a filter shows, sorted. */
async function named(list: string, filter: string): Promise<string[]> {
  const { items } = await gql(`{ ${list}(filter: { ${filter} }, orderBy: NAME_ASC) { items { name } } }`);
  return items.map(({ name }: { name: string }) => name);
}

const link = (verb: 'add' | 'remove', alias: string, group = 'links'): string => {
  const field = verb === 'add' ? 'addAliasToAccessGroup' : 'removeAliasFromAccessGroup';
  return `mutation { ${field}(id: "${group}", aliasId: "${ids[alias] ?? alias}") { aliases { name } } }`;
};
const linked = async (verb: 'add' | 'remove', alias: string): Promise<string[]> =>
  (await gql(link(verb, alias))).aliases.map(({ name }: { name: string }) => name);

beforeAll(async () => {
  test = await startTestApp({ env: { DEMO: 'off' } });
  await make('vendor', 'createProvider(input: { kind: "openai", name: "vendor", credential: "sk-links-spec-0001" })');
  await make('other', 'createProvider(input: { kind: "openai", name: "other", credential: "sk-links-spec-0002" })');
  await make('shared', 'createModel(input: { name: "shared", providerKind: "openai" })');
  await make('own', `createModel(input: { name: "own", providerId: "${ids.vendor}" })`);
  await make('made', 'createModel(input: { name: "made", providerKind: "simulator" })');
  await make(
    'both',
    `createAlias(input: { name: "both", targets: [{ modelId: "${ids.own}" }, { modelId: "${ids.shared}" }] })`,
  );
  await make('single', `createAlias(input: { name: "single", targets: [{ modelId: "${ids.shared}" }] })`);
  await make('group', 'createAccessGroup(input: { id: "links" })');
});
afterAll(() => test.close());

describe('an alias in an access group', () => {
  it('is added beside those that are there, once', async () => {
    expect(await linked('add', 'both')).toEqual(['both']);
    expect(await linked('add', 'single')).toEqual(['both', 'single']);
    expect(await linked('add', 'single')).toEqual(['both', 'single']);
  });

  it('is removed alone; one that is not in the group is no fault', async () => {
    expect(await linked('remove', 'both')).toEqual(['single']);
    expect(await linked('remove', 'both')).toEqual(['single']);
  });

  it('is kept when two are added at once', async () => {
    await Promise.all([linked('remove', 'single'), linked('add', 'both')]);
    await Promise.all([linked('add', 'single'), linked('add', 'both')]);
    const { aliases } = await gql('{ accessGroup(id: "links") { aliases { name } } }');
    expect(aliases).toEqual([{ name: 'both' }, { name: 'single' }]);
  });

  it('must exist, as must the group', async () => {
    expect(await codeOf(link('add', 'nobody'))).toBe('NOT_FOUND');
    expect(await codeOf(link('add', 'both', 'unknown'))).toBe('NOT_FOUND');
    expect(await codeOf(link('remove', 'both', 'unknown'))).toBe('NOT_FOUND');
  });
});

describe('lists', () => {
  it('show the aliases that lead to a model', async () => {
    expect(await named('aliases', `modelId: "${ids.own}"`)).toEqual(['both']);
    expect(await named('aliases', `modelId: "${ids.shared}"`)).toEqual(['both', 'single']);
    expect(await named('aliases', 'modelId: "unknown"')).toEqual([]);
  });

  it('show the models that a provider may serve: its own, and those of its kind that name none', async () => {
    expect(await named('models', `servedBy: "${ids.vendor}"`)).toEqual(['own', 'shared']);
    expect(await named('models', `servedBy: "${ids.other}"`)).toEqual(['shared']);
    expect(await named('models', 'servedBy: "unknown"')).toEqual([]);
    const { modelCount } = await gql(`{ provider(id: "${ids.vendor}") { modelCount } }`);
    expect(modelCount).toBe(2);
  });
});
