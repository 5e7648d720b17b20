import { beforeEach, describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../../test/render.js';
import { PRICE_CLASSES, type Prices } from '../../../components/catalog/prices.js';
import { AddModelPriceDocument } from '../../../gql/model.js';
import { AddPrice } from './add-price.js';

const prices = (known: Partial<Prices>) =>
  ({ ...Object.fromEntries(PRICE_CLASSES.map((each) => [each, null])), ...known }) as Prices;
const HISTORY = [
  { id: 'b', validFrom: '2099-01-01T00:00:00Z', prices: prices({ input: '1', output: '9' }) },
  { id: 'a', validFrom: '2025-01-01T00:00:00Z', prices: prices({ input: '1.25', cachedRead: '0.125', output: '10' }) },
];

let sent: unknown[];
let isClosed: boolean;

beforeEach(() => {
  sent = [];
  isClosed = false;
  const answers = [
    answer(AddModelPriceDocument, ({ input }) => {
      sent.push(input);
      return { addModelPrice: { __typename: 'Model', id: 'mdl_1' } };
    }),
  ];
  const close = (): void => void (isClosed = true);
  show(<AddPrice modelId="mdl_1" history={HISTORY} onClose={close} />, { answers });
});

const field = (name: string): HTMLInputElement => screen.getByRole('textbox', { name });
const submit = (): Promise<void> => userEvent.click(screen.getByRole('button', { name: 'Add it' }));

async function write(name: string, text: string): Promise<void> {
  await userEvent.clear(field(name));
  if (text) await userEvent.type(field(name), text);
}

describe('a new price', () => {
  it('begins with the price in effect, and says what becomes different', async () => {
    expect([field('Input').value, field('Cached input').value]).toEqual(['1.25', '0.125']);
    expect(screen.getByText(/^Nothing: these are the prices/)).toBeTruthy();
    await write('Output', '9.50');
    await write('Cached input', '');
    const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
    expect(rows.map((row) => row.textContent)).toEqual(['Output$10.00$9.50', 'Cached input$0.125as input']);
  });

  it('takes 1.250 for the 1.25 that it is', async () => {
    await write('Input', '1.250');
    expect(screen.getByText(/^Nothing: these are the prices/)).toBeTruthy();
  });

  it('is sent digit by digit, from now on', async () => {
    await write('Input', '0.000000001');
    await submit();
    await waitFor(() => expect(isClosed).toBe(true));
    expect(sent).toEqual([{ validFrom: null, prices: { input: '0.000000001', cachedRead: '0.125', output: '10' } }]);
  });

  it('from a date needs one, is compared with what holds then, and is sent as an instant', async () => {
    await userEvent.click(screen.getByRole('radio', { name: 'From a date' }));
    await submit();
    expect(await screen.findByText('Choose when it begins.')).toBeTruthy();
    const begin = screen.getByLabelText(/^Date and time/);
    await userEvent.type(begin, '2099-06-01T08:30');
    expect(within(screen.getByRole('table')).getAllByRole('row')[1]!.textContent).toBe('Input$1.00$1.25');
    await submit();
    await waitFor(() => expect(isClosed).toBe(true));
    expect(sent).toEqual([expect.objectContaining({ validFrom: new Date('2099-06-01T08:30').toISOString() })]);
  });

  it('is refused without any price, and with one that is none', async () => {
    for (const name of ['Input', 'Output', 'Cached input']) await write(name, '');
    await submit();
    expect(await screen.findByText('Enter at least one price.')).toBeTruthy();
    await write('Output', '1e3');
    await submit();
    expect(await screen.findByText(/^Dollars such as/)).toBeTruthy();
    expect(sent).toEqual([]);
  });
});

describe('tiers of a new price', () => {
  const add = (): Promise<void> =>
    userEvent.click(screen.getByRole('button', { name: 'Other prices for long prompts' }));
  const group = (name: string) => within(screen.getByRole('group', { name }));

  it('are added where the focus goes, compared, and sent', async () => {
    await add();
    const threshold = group('Above a number of prompt tokens').getByRole('textbox', { name: 'Prompt tokens' });
    expect(document.activeElement).toBe(threshold);
    await userEvent.type(threshold, '200000');
    const tier = group('Above 200,000 prompt tokens');
    const input = tier.getByRole<HTMLInputElement>('textbox', { name: 'Input' });
    expect(input.placeholder).toBe('1.25');
    await userEvent.type(input, '2.5');
    const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
    expect(rows.map((row) => row.textContent)).toEqual(['InputAbove 200,000 prompt tokensnone$2.50']);
    await submit();
    await waitFor(() => expect(isClosed).toBe(true));
    expect(sent).toEqual([
      expect.objectContaining({
        prices: {
          ...{ input: '1.25', cachedRead: '0.125', output: '10' },
          tiers: [{ abovePromptTokens: 200_000, prices: { input: '2.5' } }],
        },
      }),
    ]);
  });

  it('are refused at the field, and are gone when they are removed', async () => {
    await add();
    await submit();
    expect(await screen.findByText(/^A whole number of tokens/)).toBeTruthy();
    expect(screen.getByText('Enter at least one price.')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Remove tier 1' }));
    expect(screen.queryByRole('group', { name: /^Above/ })).toBeNull();
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Other prices for long prompts'));
    await submit();
    await waitFor(() => expect(isClosed).toBe(true));
    expect(sent).toEqual([expect.objectContaining({ prices: { input: '1.25', cachedRead: '0.125', output: '10' } })]);
  });

  it('are four at most', async () => {
    for (let at = 0; at < 4; at++) await add();
    expect(screen.getByRole('button', { name: 'Other prices for long prompts' })).toHaveProperty('disabled', true);
  });
});
