import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../test/render.js';
import { type KeyQuery, UpdateKeyRulesDocument } from '../../gql/key.js';
import { RulesCard } from './rules-card.js';

const NONE = {
  ...{ allowModels: [], denyModels: [], allowProviders: [], denyProviders: [] },
  ...{ allowAddresses: [], denyAddresses: [] },
};
const RULES = { ...NONE, allowModels: ['gpt-*'], denyProviders: ['openai'] };
const keyWith = (rules: object | null, status = 'ACTIVE') => ({ id: 'key_1', status, rules }) as KeyQuery['key'];
const sent: Record<string, unknown>[] = [];
const ANSWERS = [
  answer(UpdateKeyRulesDocument, (variables) => {
    sent.push(variables);
    return { updateKeyRules: { __typename: 'Key', id: 'key_1', rules: null } };
  }),
];

describe('the rules of a key', () => {
  it('are said to be none, and cannot be edited without the right or once the key is revoked', () => {
    show(<RulesCard of={keyWith(null)} />, { actions: ['key.read'], answers: [] });
    expect(screen.getByText('No rules: every model granted to the team, from any address.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Edit rules' })).toBeNull();
    show(<RulesCard of={keyWith(null, 'REVOKED')} />, { actions: ['key.update'], answers: [] });
    expect(screen.queryByRole('button', { name: 'Edit rules' })).toBeNull();
  });

  it('are shown list by list, and sent as a whole', async () => {
    show(<RulesCard of={keyWith(RULES)} />, { actions: ['key.update'], answers: ANSWERS });
    expect(screen.getByText('gpt-*')).toBeTruthy();
    expect(screen.getByText('OpenAI')).toBeTruthy();
    expect(screen.queryByText('Addresses allowed')).toBeNull();
    await userEvent.click(screen.getByText('Edit rules'));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByLabelText('Addresses denied', { selector: 'input' }));
    await userEvent.paste('::1');
    await userEvent.keyboard('{Enter}');
    await userEvent.click(dialog.getByText('Save'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(sent).toEqual([{ id: 'key_1', input: { ...RULES, denyAddresses: ['::1'] } }]);
  });
});
