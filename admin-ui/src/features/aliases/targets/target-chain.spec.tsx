import { describe, expect, it } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { answer, show } from '../../../../test/render.js';
import type { RoutingStrategy } from '../../../gql/alias.js';
import { ModelChoiceDocument, ModelChoicesDocument } from '../../../gql/entity-select.js';
import { type ChainTarget, TargetChain } from './target-chain.js';

const model = (id: unknown) => ({
  __typename: 'Model',
  id,
  name: `model ${String(id)}`,
  providerKind: 'openai',
  provider: null,
});
const ANSWERS = [
  answer(ModelChoiceDocument, ({ id }) => ({ model: model(id) })),
  answer(ModelChoicesDocument, { models: { __typename: 'ModelPage', items: ['a', 'd'].map(model) } }),
];

let chain: readonly ChainTarget[];

function Chain() {
  const [value, setValue] = useState<ChainTarget[]>(['a', 'b', 'c'].map((modelId) => ({ modelId, weight: 3 })));
  const [strategy, setStrategy] = useState<RoutingStrategy>('ORDERED');
  chain = value;
  return <TargetChain value={value} onChange={setValue} strategy={strategy} onStrategy={setStrategy} />;
}

async function showChain(): Promise<void> {
  show(<Chain />, { answers: ANSWERS });
  await screen.findByText('model c');
}

const shown = (): (string | undefined)[] =>
  within(screen.getByRole('list'))
    .getAllByRole('listitem')
    .map((row) => /model \w/.exec(row.textContent)?.[0]);
const button = (name: string): HTMLElement => screen.getByRole('button', { name });

describe('the chain of targets', () => {
  it('moves a target by the keyboard, keeps the focus on it, and says where it is now', async () => {
    await showChain();
    button('Move model b up').focus();
    await userEvent.keyboard('{Enter}');
    expect(shown()).toEqual(['model b', 'model a', 'model c']);
    expect(document.activeElement).toBe(button('Move model b up'));
    expect(screen.getByText('model b is now 1 of 3.')).toBeTruthy();
    await userEvent.keyboard('{Enter}');
    expect(chain.map(({ modelId }) => modelId)).toEqual(['b', 'a', 'c']);
  });

  it('keeps the weight of what is moved, and does not move beyond the end', async () => {
    await showChain();
    await userEvent.click(button('Move model c down'));
    await userEvent.click(button('Move model a down'));
    expect(chain).toEqual(['b', 'a', 'c'].map((modelId) => ({ modelId, weight: 3 })));
  });

  it('removes a target', async () => {
    await showChain();
    await userEvent.click(button('Remove model b'));
    expect(shown()).toEqual(['model a', 'model c']);
  });

  it('adds a model at the end, and none twice', async () => {
    await showChain();
    const field = screen.getByRole('combobox', { name: 'Add a model' });
    await userEvent.type(field, 'model d');
    await userEvent.click(await screen.findByRole('option', { name: /model d/ }));
    expect(chain.at(-1)).toEqual({ modelId: 'd', weight: 1 });
    expect((field as HTMLInputElement).value).toBe('');
    await userEvent.click(field);
    await userEvent.click(await screen.findByRole('option', { name: /model a/ }));
    expect(screen.getByText('This model is a target already.')).toBeTruthy();
    expect(chain).toHaveLength(4);
  });

  it('takes weights where calls are shared by them, and shows what they come to', async () => {
    await showChain();
    expect(screen.queryByRole('textbox', { name: 'Weight of model a' })).toBeNull();
    await userEvent.click(screen.getByRole('combobox', { name: 'How calls are routed' }));
    await userEvent.click(await screen.findByRole('option', { name: 'Shared by weight' }));
    const weight = screen.getByRole('textbox', { name: 'Weight of model a' });
    await userEvent.clear(weight);
    await userEvent.type(weight, '6');
    await userEvent.clear(screen.getByRole('textbox', { name: 'Weight of model c' }));
    await userEvent.type(screen.getByRole('textbox', { name: 'Weight of model c' }), '0');
    expect(chain.map((target) => target.weight)).toEqual([6, 3, 0]);
    const rows = within(screen.getByRole('list')).getAllByRole('listitem');
    expect(rows.map((row) => /[\d.]+%|fallback/.exec(row.textContent ?? '')?.[0])).toEqual([
      '66.7%',
      '33.3%',
      'fallback',
    ]);
  });
});
