import { describe, expect, it } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../test/render.js';
import { AliasesDocument } from '../../gql/aliases.js';
import { AccessGroupChoiceDocument } from '../../gql/entity-select.js';
import { Aliases } from './aliases.js';

const book = (input: string | null, output: string | null, tiers: object[] = []) => ({
  ...{ __typename: 'PriceBook', input, output },
  tiers: tiers.map((prices) => ({
    ...{ __typename: 'PriceTier', abovePromptTokens: 200_000 },
    prices: { __typename: 'TierPrices', input: null, output: null, ...prices },
  })),
});
const target = (id: string, providerKind: string) => ({
  __typename: 'AliasTarget',
  id,
  model: { __typename: 'Model', id, name: id, providerKind, provider: null },
});
const ALIAS = {
  __typename: 'Alias',
  id: 'als_1',
  name: 'chat-large',
  displayName: 'Chat, large',
  description: null,
  status: 'ACTIVE',
  createdAt: '2026-01-01T00:00:00Z',
  targetCount: 3,
  targets: [target('gpt-5', 'openai'), target('gpt-4o', 'openai'), target('made-up', 'simulator')],
  currentPrice: book('1.25', null),
  priceOverride: null,
  accessGroups: ['a', 'b', 'c'].map((id) => ({ __typename: 'AccessGroup', id, displayName: `Group ${id}` })),
};

const asked: Record<string, unknown>[] = [];
const list = (alias: object) => [
  answer(AliasesDocument, (variables) => {
    asked.push(variables);
    return { aliases: { __typename: 'AliasPage', total: 1, nextCursor: null, items: [alias] } };
  }),
];

async function theRow(): Promise<HTMLElement> {
  return (await screen.findByRole('link', { name: 'chat-large' })).closest('tr')!;
}

describe('the list of aliases', () => {
  it('shows the first target, what comes after it, the prices and the groups', async () => {
    show(<Aliases />, { actions: ['alias.read', 'model.read'], answers: list(ALIAS) });
    const row = await theRow();
    expect(row.textContent).toContain('gpt-5OpenAI');
    expect(row.textContent).toContain('then gpt-4o +1');
    expect(row.textContent).toContain('$1.25');
    expect(row.textContent).toContain('No price');
    expect(within(row).getByRole('link', { name: 'Group a' })).toBeTruthy();
    expect(row.textContent).toContain('+1');
  });

  it('marks a price that is another one for long prompts', async () => {
    const currentPrice = book('1.25', '10', [{ input: '2.5' }]);
    show(<Aliases />, { actions: ['alias.read'], answers: list({ ...ALIAS, currentPrice }) });
    const text = (await theRow()).textContent;
    expect(text).toContain('$1.25+Above 200,000 prompt tokens $2.50');
    expect(text).toMatch(/\$10\.00(?!\+)/);
  });

  it('marks what is simulated', async () => {
    const targets = [target('made-up', 'simulator')];
    show(<Aliases />, { actions: ['alias.read'], answers: list({ ...ALIAS, targets, targetCount: 1 }) });
    expect((await theRow()).textContent).toContain('Simulated');
  });

  it('tells somebody who may not see models how many there are, and offers to change nothing', async () => {
    show(<Aliases />, { actions: ['alias.read'], answers: list({ ...ALIAS, targets: null }) });
    expect((await theRow()).textContent).toContain('It leads to 3 models.');
    expect(screen.queryByRole('button', { name: 'New alias' })).toBeNull();
    expect(screen.queryByRole('checkbox')).toBeNull();
    await userEvent.keyboard('n');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('sends the filters of the address', async () => {
    const path = '/model-aliases?status=INACTIVE&kind=simulator&group=a&q=cha&sort=INPUT_PRICE_DESC';
    const accessGroup = { __typename: 'AccessGroup', id: 'a', displayName: 'Group a' };
    const answers = [...list(ALIAS), answer(AccessGroupChoiceDocument, { accessGroup })];
    show(<Aliases />, { actions: ['alias.read'], answers, path });
    await theRow();
    expect(asked.at(-1)).toMatchObject({
      search: 'cha',
      orderBy: 'INPUT_PRICE_DESC',
      filter: { status: 'INACTIVE', providerKind: 'simulator', accessGroupId: 'a' },
    });
  });
});

describe('a new alias', () => {
  it('is asked for by ?new, and needs a name that clients can send', async () => {
    const actions = ['alias.read', 'alias.create'];
    const router = show(<Aliases />, { actions, answers: list(ALIAS), path: '/model-aliases?new' });
    const dialog = within(await screen.findByRole('dialog'));
    expect(router.state.location.search).toBe('');
    await userEvent.type(dialog.getByRole('textbox', { name: /^Name/ }), 'two words');
    await userEvent.click(dialog.getByRole('button', { name: 'Create alias' }));
    expect(await dialog.findByText(/It begins with a letter or digit/)).toBeTruthy();
  });
});
