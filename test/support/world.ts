import { randomBytes } from 'node:crypto';
import type { TestApp } from './app.js';

/** Prices that make every cost exact to six decimals: a token in costs 3, a token out 15 millionths of a dollar. */
export const PRICES = { input: '3', output: '15' };
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
  /** Base URL of an OpenAI-compatible server; the simulator when left out. */
  readonly baseUrl?: string;
  readonly credential?: string;
  readonly credits?: string;
  readonly team?: Record<string, unknown>;
  readonly model?: string;
  readonly maxOutputTokens?: number;
}

async function must(app: TestApp, query: string, variables: object): Promise<Record<string, never>> {
  const { body } = await app.gql(query, variables);
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data as Record<string, never>;
}

/** An organization with a team, a key, and an alias that the team may call; all with names of their own. */
export async function makeWorld(app: TestApp, options: WorldOptions = {}): Promise<World> {
  const tag = randomBytes(4).toString('hex');
  const [organizationId, teamId, alias, groupId] = [`org-${tag}`, `team-${tag}`, `chat-${tag}`, `group-${tag}`];
  const kind = options.baseUrl ? 'openai' : 'simulator';
  const credential = options.baseUrl ? (options.credential ?? 'test-key') : undefined;
  const provider = { kind, name: `provider-${tag}`, baseUrl: options.baseUrl, credential };
  const { createProvider } = (await must(
    app,
    'mutation ($input: CreateProviderInput!) { createProvider(input: $input) { id } }',
    { input: provider },
  )) as unknown as { createProvider: { id: string } };
  const model = { providerId: createProvider.id, name: options.model ?? 'test-model' };
  const { createModel } = (await must(
    app,
    'mutation ($input: CreateModelInput!) { createModel(input: $input) { id } }',
    {
      input: { ...model, maxOutputTokens: options.maxOutputTokens ?? 500 },
    },
  )) as unknown as { createModel: { id: string } };
  await must(app, 'mutation ($id: ID!, $input: AddPriceInput!) { addModelPrice(modelId: $id, input: $input) { id } }', {
    id: createModel.id,
    input: { prices: PRICES },
  });
  const { createAlias } = (await must(
    app,
    'mutation ($input: CreateAliasInput!) { createAlias(input: $input) { id } }',
    {
      input: { name: alias, targets: [{ modelId: createModel.id }] },
    },
  )) as unknown as { createAlias: { id: string } };
  await must(app, 'mutation ($input: CreateAccessGroupInput!) { createAccessGroup(input: $input) { id } }', {
    input: { id: groupId, aliasIds: [createAlias.id] },
  });
  await must(
    app,
    'mutation ($input: ProvisionOrganizationInput!) { createOrganization(input: $input) { organization { id } } }',
    { input: { id: organizationId, name: 'Test' } },
  );
  const { createTeam } = (await must(
    app,
    'mutation ($input: ProvisionTeamInput!) { createTeam(input: $input) { issued { token key { id } } } }',
    {
      input: {
        id: teamId,
        organizationId,
        accessGroupIds: [groupId],
        credits: options.credits ?? '1000',
        ...options.team,
      },
    },
  )) as unknown as { createTeam: { issued: { token: string; key: { id: string } } } };
  const { token, key } = createTeam.issued;
  return { organizationId, teamId, alias, providerId: createProvider.id, key: token, keyId: key.id };
}

/** Figures of a team's credit account. */
export async function creditsOf(app: TestApp, teamId: string): Promise<Record<string, string>> {
  const { body } = await app.gql(
    'query ($id: ID!) { team(id: $id) { credits { allocated used remaining held available } } }',
    { id: teamId },
  );
  return (body as { data: { team: { credits: Record<string, string> } } }).data.team.credits;
}

/** Fails unless the ledger balances. */
export async function ledgerProblems(app: TestApp): Promise<unknown[]> {
  const { body } = await app.gql('{ ledgerAudit { problem subject expected actual } }');
  return (body as { data: { ledgerAudit: unknown[] } }).data.ledgerAudit;
}
