import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../test/render.js';
import { TeamsDocument } from '../../gql/teams.js';
import { statusInWords } from './team-status.js';
import { Teams } from './teams.js';

const TEAM = {
  __typename: 'Team',
  id: 'blue',
  name: 'Blue',
  status: 'PAUSED',
  statusReason: 'Maintenance',
  pauseUntil: null,
  budgetMode: 'JOB_BASED',
  isDefault: false,
  activeKeyCount: 3,
  createdAt: '2026-01-01T00:00:00Z',
  organization: { __typename: 'Organization', id: 'acme', name: 'Acme' },
  credits: {
    __typename: 'TeamCredits',
    teamId: 'blue',
    allocated: '1000',
    used: '980',
    held: '0',
    remaining: '20',
    available: '20',
  },
};

const asked: Record<string, unknown>[] = [];
const answers = [
  answer(TeamsDocument, (variables) => {
    asked.push(variables);
    return { teams: { __typename: 'TeamPage', total: 1, nextCursor: null, items: [TEAM] } };
  }),
];

describe('the list of teams', () => {
  it('asks for credits, and offers to make and stop teams, only for those who may', async () => {
    show(<Teams />, { actions: ['team.read'], answers });
    expect(await screen.findByRole('link', { name: 'Blue' })).toBeTruthy();
    expect(asked.at(-1)).toMatchObject({ canCredits: false });
    expect(screen.queryByText('20 left')).toBeNull();
    expect(screen.queryByRole('button', { name: 'New team' })).toBeNull();
    expect(screen.queryByRole('checkbox')).toBeNull();
    await userEvent.keyboard('n');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('shows what is left of the credits, and why a team rests', async () => {
    show(<Teams />, { actions: ['team.read', 'credit.read'], answers });
    expect(await screen.findByText('20 left')).toBeTruthy();
    expect(screen.getByRole('progressbar', { name: '980 of 1,000 credits used' })).toBeTruthy();
    expect(screen.getByText('Maintenance')).toBeTruthy();
  });

  it('sends the filters of the address', async () => {
    const path = '/teams?status=PAUSED&budgetMode=JOB_BASED&accessGroupId=standard&q=blu&sort=CREDITS_USED_ASC';
    show(<Teams />, { actions: ['team.read'], answers, path });
    await screen.findByRole('link', { name: 'Blue' });
    expect(asked.at(-1)).toMatchObject({
      search: 'blu',
      orderBy: 'CREDITS_USED_ASC',
      filter: { status: 'PAUSED', budgetMode: 'JOB_BASED', accessGroupId: 'standard' },
    });
  });

  it('says which right is missing to somebody without any', () => {
    show(<Teams />, { answers });
    expect(screen.getByText(/team\.read/)).toBeTruthy();
  });
});

describe('a new team', () => {
  const open = async (): Promise<void> => {
    show(<Teams />, { actions: ['team.read', 'team.create', 'credit.add', 'team.grant_access'], answers });
    await screen.findByRole('link', { name: 'Blue' });
    await userEvent.keyboard('n');
  };

  it('has an id that follows the name until somebody types one', async () => {
    await open();
    const id = (): HTMLInputElement => screen.getByRole('textbox', { name: 'Id' });
    await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'Zoë & Co.');
    expect(id().value).toBe('zoe-co');
    await userEvent.clear(id());
    await userEvent.type(id(), 'zoe');
    await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), ' Ltd');
    expect(id().value).toBe('zoe');
  });

  it('asks for the rate of the mode that is chosen', async () => {
    await open();
    expect(screen.queryByRole('textbox', { name: 'Credits per US dollar' })).toBeNull();
    await userEvent.click(screen.getByRole('radio', { name: 'By cost' }));
    expect(screen.getByRole('textbox', { name: 'Credits per US dollar' })).toBeTruthy();
    await userEvent.click(screen.getByRole('radio', { name: 'By tokens' }));
    expect(screen.getByRole('textbox', { name: 'Tokens per credit' })).toBeTruthy();
    expect(screen.queryByRole('textbox', { name: 'Credits per US dollar' })).toBeNull();
  });
});

describe('the status of a team in words', () => {
  const of = (status: string, statusReason: string | null, pauseUntil: string | null): string | null =>
    statusInWords({ status, statusReason, pauseUntil });

  it('says nothing of a team that works, else why and for how long it does not', () => {
    expect(of('ACTIVE', null, null)).toBeNull();
    expect(of('SUSPENDED', 'Not paid', null)).toContain('Not paid');
    expect(of('PAUSED', null, null)).toContain('until somebody resumes it');
    expect(of('PAUSED', null, '2027-01-10T08:00:00Z')).toContain('2027');
  });
});
