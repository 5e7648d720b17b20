import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../test/render.js';
import { UsersDocument } from '../../gql/users.js';
import { Users } from './users.js';

const NOBODY = [answer(UsersDocument, { users: { total: 0, nextCursor: null, items: [] } })];

describe('the page of users', () => {
  it('offers neither an invitation nor its tabs to somebody who only reads users', async () => {
    show(<Users />, { actions: ['user.read'], answers: NOBODY });
    await screen.findByText('Nobody yet');
    expect(screen.queryByRole('button', { name: 'Invite' })).toBeNull();
    expect(screen.queryByRole('tab')).toBeNull();
    await userEvent.keyboard('n');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('opens the invitation from the address that the palette leads to, and asks for what lacks', async () => {
    show(<Users />, { actions: ['user.read', 'invitation.create'], answers: NOBODY, path: '/users?new' });
    expect(await screen.findByRole('dialog')).toBeTruthy();
    await userEvent.click(screen.getByText('A role in an organization'));
    await userEvent.click(screen.getByRole('button', { name: 'Make the link' }));
    for (const problem of ['Enter a name', /Enter an e-mail address/, 'Choose an organization'])
      expect(screen.getByText(problem)).toBeTruthy();
  });
});
