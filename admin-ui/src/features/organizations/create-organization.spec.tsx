import { describe, expect, it, jest } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../test/render.js';
import { CreateOrganizationDocument } from '../../gql/organizations.js';
import { CreateOrganization } from './create-organization.js';

const ORGANIZATION = { __typename: 'Organization', id: 'zoes-cafe', name: 'Zoë’s Café' };
const TEAM = { __typename: 'Team', id: 'zoes-cafe_default', name: 'Default team', allowedAliases: ['chat'] };
const ISSUED = { __typename: 'IssuedKey', token: 'sk-only-once' };

const field = (name: string): HTMLInputElement => screen.getByRole('textbox', { name });
/** All at once: a key at a time is slow, and is tried in the browser. */
async function enter(name: string, text: string): Promise<void> {
  await userEvent.click(field(name));
  await userEvent.paste(text);
}
const submit = (): Promise<void> => userEvent.click(screen.getByRole('button', { name: 'Create organization' }));

/** The dialog before a server that takes down what it is sent, and answers with a team where one was asked for. */
function showDialog(actions: readonly string[] = ['credit.add']) {
  const sent: Record<string, unknown>[] = [];
  const server = (variables: Record<string, unknown>): object => {
    const input = variables.input as Record<string, unknown>;
    sent.push(input);
    const defaultTeam = input.defaultTeam && { __typename: 'ProvisionedTeam', team: TEAM, issued: ISSUED };
    return { createOrganization: { __typename: 'Provisioned', organization: ORGANIZATION, defaultTeam } };
  };
  const onClose = jest.fn();
  const answers = [answer(CreateOrganizationDocument, server)];
  const router = show(<CreateOrganization isOpen onClose={onClose} />, { actions, answers });
  return { sent, onClose, router };
}

describe('CreateOrganization', () => {
  it('makes the id from the name until somebody types one of their own', async () => {
    showDialog();
    await enter('Name', 'Zoë’s Café');
    expect(field('Id').value).toBe('zoes-cafe');
    await userEvent.clear(field('Id'));
    await enter('Id', 'cafe');
    await enter('Name', ' & Bar');
    expect(field('Id').value).toBe('cafe');
  });

  it('says in words what is wrong, and sends nothing', async () => {
    const { sent } = showDialog();
    await enter('Id', '1A');
    await enter('Credits to begin with', 'many');
    await submit();
    expect(await screen.findByText('A name is needed.')).toBeTruthy();
    expect(screen.getByText(/2 to 63 lowercase letters/)).toBeTruthy();
    expect(screen.getByText(/Type a number/)).toBeTruthy();
    expect(sent).toEqual([]);
  });

  it('shows the key of the first team once, with an example, and leads to the organization', async () => {
    const { sent, router } = showDialog();
    await enter('Name', 'Zoë’s Café');
    await enter('Credits to begin with', '250.5');
    await submit();
    expect((await screen.findByTestId('secret')).textContent).toBe('sk-only-once');
    expect(screen.getByTestId('first-call').textContent).toContain('"team_id":"zoes-cafe_default"');
    expect(screen.getByTestId('first-call').textContent).toContain('"model":"chat"');
    const defaultTeam = { name: 'Default team', accessGroupIds: [], credits: '250.5' };
    expect(sent).toEqual([{ id: 'zoes-cafe', name: 'Zoë’s Café', defaultTeam }]);
    await userEvent.click(screen.getByRole('checkbox', { name: /stored it/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Done' }));
    expect(router.state.location.pathname).toBe('/organizations/zoes-cafe');
  });

  it('makes no team where none is wanted', async () => {
    const { sent, onClose, router } = showDialog();
    await enter('Name', 'Zoë’s Café');
    await userEvent.click(screen.getByRole('switch', { name: /^With a first team/ }));
    expect(screen.queryByRole('textbox', { name: 'Name of the team' })).toBeNull();
    await submit();
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(sent).toEqual([{ id: 'zoes-cafe', name: 'Zoë’s Café', defaultTeam: null }]);
    expect(router.state.location.pathname).toBe('/organizations/zoes-cafe');
  });

  it('asks nobody for credits who may not give any', () => {
    showDialog([]);
    expect(screen.queryByRole('textbox', { name: 'Credits to begin with' })).toBeNull();
    expect(screen.getByRole('textbox', { name: 'Name of the team' })).toBeTruthy();
  });
});
