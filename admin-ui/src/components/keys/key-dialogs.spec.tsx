import { describe, expect, it } from '@jest/globals';
import { Button } from '@mantine/core';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../test/render.js';
import { CreateKeyDocument, RevokeKeyDocument, RotateKeyDocument } from '../../gql/key-actions.js';
import { useKeyDialogs } from './key-dialogs.js';
import { keyState } from './key-status.js';

const KEY = { id: 'key_1', name: 'CI', lastFour: 'abcd' };
const sent: Record<string, unknown>[] = [];
const issued = (name: string, token: string) => ({
  __typename: 'IssuedKey',
  token,
  key: {
    ...{ __typename: 'Key', id: 'key_2', name },
    team: { __typename: 'Team', id: 'blue', name: 'Blue', defaultAlias: null, allowedAliases: ['chat'] },
  },
});
const noted =
  (data: object) =>
  (variables: Record<string, unknown>): object => {
    sent.push(variables);
    return data;
  };
const answers = [
  answer(CreateKeyDocument, noted({ createVirtualKey: issued('CI', 'sk-created') })),
  answer(RotateKeyDocument, noted({ rotateKey: issued('CI', 'sk-rotated') })),
  answer(
    RevokeKeyDocument,
    noted({ revokeKey: { __typename: 'Key', id: 'key_1', status: 'REVOKED', revokedAt: '2026-01-01T00:00:00Z' } }),
  ),
];

function Scene() {
  const { create, rotate, revoke, dialog } = useKeyDialogs();
  return (
    <>
      <Button onClick={() => create({ id: 'blue', name: 'Blue' })}>create</Button>
      <Button onClick={() => rotate(KEY)}>rotate</Button>
      <Button onClick={() => revoke(KEY)}>revoke</Button>
      {dialog}
    </>
  );
}

async function open(name: string): Promise<void> {
  sent.length = 0;
  show(<Scene />, { answers });
  await userEvent.click(screen.getByRole('button', { name }));
}
const press = (name: string): Promise<void> => userEvent.click(screen.getByRole('button', { name }));

describe('the dialogs of keys', () => {
  it('create: shows the token once, with a first call, and then no more', async () => {
    await open('create');
    await press('Create key');
    expect(sent).toEqual([]);
    await userEvent.type(screen.getByRole('textbox', { name: /Name/ }), ' CI ');
    await press('Create key');
    expect((await screen.findByTestId('secret')).textContent).toBe('sk-created');
    expect(screen.getByTestId('first-call').textContent).toContain('"model":"chat"');
    expect(sent).toEqual([{ input: { teamId: 'blue', name: 'CI', expiresAt: null } }]);
    await userEvent.click(screen.getByRole('checkbox'));
    await press('Done');
    await waitFor(() => expect(screen.queryByTestId('secret')).toBeNull());
  });

  it('rotate: refuses an overlap of more than a week, and sends the one that was chosen', async () => {
    await open('rotate');
    const minutes = screen.getByRole('textbox', { name: /Overlap/ });
    await userEvent.clear(minutes);
    await userEvent.type(minutes, '10081');
    await press('Make the new key');
    expect(sent).toEqual([]);
    await press('1 day');
    await press('Make the new key');
    expect((await screen.findByTestId('secret')).textContent).toBe('sk-rotated');
    expect(sent).toEqual([{ id: 'key_1', input: { overlapMinutes: 1_440 } }]);
  });

  it('revoke: only after the id was typed', async () => {
    await open('revoke');
    await press('Revoke key');
    expect(sent).toEqual([]);
    await userEvent.type(screen.getByRole('textbox'), 'key_1');
    await press('Revoke key');
    await waitFor(() => expect(sent).toEqual([{ id: 'key_1' }]));
  });
});

it.each([
  ['ACTIVE', false, 'ACTIVE'],
  ['ACTIVE', true, 'EXPIRED'],
  ['REVOKED', true, 'REVOKED'],
] as const)('a key that is %s, run out: %s, reads as %s', (status, isExpired, state) => {
  expect(keyState({ status, isExpired })).toBe(state);
});
