import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../../test/render.js';
import { AddCreditsDocument } from '../../../gql/credits.js';
import { budgetInput, budgetProblems, type BudgetValues } from './budget-fields.js';
import { AddCredits } from './credit-dialogs.js';

const onClose = jest.fn();
const sent: unknown[] = [];
const answers = [
  answer(AddCreditsDocument, ({ input }) => {
    sent.push(input);
    return { addCredits: { __typename: 'CreditTransaction', id: '1', balanceAfter: '20000' } };
  }),
];
const field = (name: RegExp): HTMLElement => screen.getByRole('textbox', { name });
const submit = (): Promise<void> => userEvent.click(screen.getByRole('button', { name: 'Add credits' }));

beforeEach(() => {
  sent.length = 0;
  onClose.mockClear();
});

describe('adding credits', () => {
  const open = (): void => {
    show(<AddCredits team={{ id: 'blue', name: 'Blue' }} help="" onClose={onClose} />, { answers });
  };

  it.each(['', '0', '-5', 'many', '1,000', '0.1234567', '1e3'])('sends nothing for the amount “%s”', async (amount) => {
    open();
    if (amount) await userEvent.type(field(/^Credits/), amount);
    await userEvent.type(field(/Reason/), 'a gift');
    await submit();
    expect(field(/^Credits/).getAttribute('aria-invalid')).toBe('true');
    expect(sent).toEqual([]);
  });

  it('sends nothing without a reason', async () => {
    open();
    await userEvent.type(field(/^Credits/), '5');
    await submit();
    expect(field(/Reason/).getAttribute('aria-invalid')).toBe('true');
    expect(sent).toEqual([]);
  });

  it('asks for an amount above 10,000 twice, and takes it only when both agree', async () => {
    open();
    await userEvent.type(field(/^Credits/), '10000');
    expect(screen.queryByRole('textbox', { name: /same amount/ })).toBeNull();
    await userEvent.type(field(/^Credits/), '.5');
    await userEvent.type(field(/Reason/), 'a large gift');
    await submit();
    expect(sent).toEqual([]);
    await userEvent.type(field(/same amount/), '10000.50');
    await submit();
    expect(sent).toEqual([]);
    await userEvent.clear(field(/same amount/));
    await userEvent.type(field(/same amount/), '10000.5');
    await submit();
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(sent).toEqual([{ teamId: 'blue', credits: '10000.5', reason: 'a large gift' }]);
  });
});

describe('the budget of a team', () => {
  const values = (change: Partial<BudgetValues>): BudgetValues => ({
    budgetMode: 'JOB_BASED',
    creditsPerDollar: 'x',
    tokensPerCredit: '1.5',
    ...change,
  });

  it('is checked by the rate of its mode alone, and sends no other', () => {
    const byJob = values({});
    expect(Object.values(budgetProblems(byJob)).filter(Boolean)).toEqual([]);
    expect(budgetInput(byJob)).toEqual({ budgetMode: 'JOB_BASED' });
    const byCost = values({ budgetMode: 'CONSUMPTION_USD' });
    expect(budgetProblems(byCost).creditsPerDollar).not.toBeNull();
    expect(budgetInput({ ...byCost, creditsPerDollar: ' 2.5 ' })).toEqual({
      budgetMode: 'CONSUMPTION_USD',
      creditsPerDollar: '2.5',
    });
    const byTokens = values({ budgetMode: 'CONSUMPTION_TOKENS' });
    expect(budgetProblems(byTokens).tokensPerCredit).not.toBeNull();
    expect(budgetProblems({ ...byTokens, tokensPerCredit: '10000' }).tokensPerCredit).toBeNull();
  });
});
