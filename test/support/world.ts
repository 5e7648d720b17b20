import { randomBytes } from 'node:crypto';
import type { TestApp } from './app.js';

/** Whatever can be asked over GraphQL as an administrator. */
export type Admin = Pick<TestApp, 'gql'>;

/** Prices that make every cost exact to six decimals: a token in costs 3, a token out 15 millionths of a dollar. */
const PRICES = { input: '3', output: '15' };
const IN = 3;
const OUT = 15;

/** What tokens cost at PRICES, in US dollars as the REST shows them. */
export const costUsd = (tokensIn: number, tokensOut: number): number => (tokensIn * IN + tokensOut * OUT) / 1_000_000;

export interface World {
  readonly organizationId: string;
  readonly teamId: string;
  readonly keyId: string;
  readonly key: string;
  readonly alias: string;
  readonly providerId: string;
}

export interface WorldOptions {
  /** Base URL of a vendor; the simulator when left out. */
  readonly baseUrl?: string;
  /** What the vendor at that address is; openai when left out. */
  readonly kind?: string;
  readonly credential?: string;
  readonly credits?: string;
  readonly team?: Record<string, unknown>;
  readonly model?: string;
  readonly maxOutputTokens?: number;
  /** Of the model, as PriceBookInput; three dollars in and fifteen out when left out. */
  readonly prices?: object;
  /** Of the alias, as PriceBookInput. */
  readonly priceOverride?: object;
}

/** The data of an operation that must succeed. */
export async function must<T>(app: Admin, query: string, variables: object = {}): Promise<T> {
  const { body } = (await app.gql(query, variables)) as { body: { data: T; errors?: unknown } };
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

interface Made {
  readonly id: string;
}

/** An organization with a team, a key, and an alias that the team may call; all with names of their own. */
export async function makeWorld(app: Admin, options: WorldOptions = {}): Promise<World> {
  const tag = randomBytes(4).toString('hex');
  const [organizationId, teamId, alias, groupId] = [`org-${tag}`, `team-${tag}`, `chat-${tag}`, `group-${tag}`];
  /** A mutation that takes one input and gives what it made. */
  const make = async <T = Made>(mutation: string, type: string, input: object, fields = 'id'): Promise<T> => {
    const query = `mutation ($input: ${type}!) { made: ${mutation}(input: $input) { ${fields} } }`;
    return (await must<{ made: T }>(app, query, { input })).made;
  };
  const { baseUrl, kind = 'openai', credential = 'test-key', maxOutputTokens = 500, credits = '1000' } = options;
  const vendor = baseUrl ? { kind, baseUrl, credential } : { kind: 'simulator' };
  const provider = await make('createProvider', 'CreateProviderInput', { ...vendor, name: `provider-${tag}` });
  const model = await make('createModel', 'CreateModelInput', {
    providerId: provider.id,
    name: options.model ?? 'test-model',
    maxOutputTokens,
  });
  const price = 'mutation ($id: ID!, $input: AddPriceInput!) { addModelPrice(modelId: $id, input: $input) { id } }';
  await must(app, price, { id: model.id, input: { prices: options.prices ?? PRICES } });
  const { priceOverride } = options;
  const targets = [{ modelId: model.id }];
  const made = await make('createAlias', 'CreateAliasInput', { name: alias, targets, priceOverride });
  await make('createAccessGroup', 'CreateAccessGroupInput', { id: groupId, aliasIds: [made.id] });
  const organization = { id: organizationId, name: 'Test' };
  await make('createOrganization', 'CreateOrganizationInput', organization, 'organization { id }');
  const team = { id: teamId, organizationId, accessGroupIds: [groupId], credits, ...options.team };
  const { issued } = await make<{ issued: { token: string; key: Made } }>(
    'createTeam',
    'CreateTeamInput',
    team,
    'issued { token key { id } }',
  );
  return { organizationId, teamId, alias, providerId: provider.id, key: issued.token, keyId: issued.key.id };
}

interface AliasView {
  readonly id: string;
  readonly name: string;
  readonly targets: readonly { readonly model: Made }[];
}

/** A further target of the alias of a world, behind those it has: another model of the same provider. */
export async function addTarget(app: Admin, world: World, model: string): Promise<void> {
  const create = 'mutation ($input: CreateModelInput!) { createModel(input: $input) { id } }';
  const input = { providerId: world.providerId, name: model, maxOutputTokens: 500 };
  const { createModel } = await must<{ createModel: Made }>(app, create, { input });
  const price = 'mutation ($id: ID!, $input: AddPriceInput!) { addModelPrice(modelId: $id, input: $input) { id } }';
  await must(app, price, { id: createModel.id, input: { prices: PRICES } });
  const find = 'query ($name: String) { aliases(search: $name) { items { id name targets { model { id } } } } }';
  const { aliases } = await must<{ aliases: { items: AliasView[] } }>(app, find, { name: world.alias });
  const alias = aliases.items.find(({ name }) => name === world.alias)!;
  const targets = [...alias.targets.map((target) => target.model), createModel].map(({ id }) => ({ modelId: id }));
  const set = 'mutation ($id: ID!, $input: SetAliasTargetsInput!) { setAliasTargets(id: $id, input: $input) { id } }';
  await must(app, set, { id: alias.id, input: { targets } });
}

/** Figures of a team's credit account. */
export async function creditsOf(app: Admin, teamId: string): Promise<Record<string, string>> {
  const query = 'query ($id: ID!) { team(id: $id) { credits { allocated used remaining held available } } }';
  const { team } = await must<{ team: { credits: Record<string, string> } }>(app, query, { id: teamId });
  return team.credits;
}

/** What the ledger's auditor finds; nothing when all is well. */
export async function ledgerProblems(app: Admin): Promise<unknown[]> {
  const query = '{ ledgerAudit { problem subject expected actual } }';
  return (await must<{ ledgerAudit: unknown[] }>(app, query)).ledgerAudit;
}
