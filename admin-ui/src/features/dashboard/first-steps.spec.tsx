import { afterEach, describe, expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../test/render.js';
import { type DashboardQuery, FirstStepsDocument } from '../../gql/dashboard.js';
import { FirstSteps } from './first-steps.js';

type Figures = DashboardQuery['dashboard'];

const SPEND = { current: '0', previous: '0' };
const NOTHING: Figures = {
  organizations: 0,
  teams: 0,
  activeKeys: 0,
  creditsInCirculation: '0',
  spendToday: SPEND,
  spendThisMonth: SPEND,
  jobs: { count: 0, previousCount: 0, successRate: null },
  calls: { count: 0, previousCount: 0, errorRate: null },
  attention: [],
};
const ADMIN = ['organization.create', 'key.create'];

function showSteps(figures: Partial<Figures>, { groups = 0, jobs = 0, actions = ADMIN } = {}): void {
  const page = (total: number) => ({ __typename: 'Page', total });
  const data = { accessGroups: page(groups), jobs: { ...page(jobs), items: [] } };
  show(<FirstSteps figures={{ ...NOTHING, ...figures }} />, { actions, answers: [answer(FirstStepsDocument, data)] });
}

const steps = (): (string | null)[] => screen.getAllByRole('listitem').map((step) => step.textContent);

afterEach(() => localStorage.clear());

describe('FirstSteps', () => {
  it('begins with an organization, and offers nothing that comes later', async () => {
    showSteps({});
    expect((await screen.findByRole('link', { name: 'New organization' })).getAttribute('href')).toBe(
      '/organizations?new',
    );
    expect(screen.queryByRole('link', { name: 'New team' })).toBeNull();
    expect(screen.getByText('0 of 5 done')).toBeTruthy();
  });

  it('counts a team without credits as still to do', async () => {
    showSteps({ organizations: 1, teams: 1, activeKeys: 1 }, { groups: 1 });
    expect(await screen.findByRole('link', { name: 'New team' })).toBeTruthy();
    expect(steps().filter((step) => step?.includes('(done)'))).toHaveLength(3);
  });

  it('waits for the first call when everything else is there', async () => {
    showSteps({ organizations: 1, teams: 1, activeKeys: 1, creditsInCirculation: '10' }, { groups: 1 });
    expect(await screen.findByText('Waiting for the first call')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'New key with an example' })).toBeTruthy();
  });

  it('stays hidden once somebody hides it', async () => {
    showSteps({});
    await userEvent.click(await screen.findByRole('button', { name: 'Hide' }));
    await waitFor(() => expect(screen.queryByText('The way to the first call')).toBeNull());
    expect(localStorage.getItem('tollkeeper:first-steps')).toContain('hidden');
  });

  it.each([
    ['calls are made today', { calls: { count: 3, previousCount: 0, errorRate: 0 } }, {}],
    ['there was a job long ago', {}, { jobs: 1 }],
    ['somebody cannot set anything up', {}, { actions: [] }],
  ])('does not appear where %s', async (_why, figures, world) => {
    showSteps(figures, world);
    // Long enough for the answer of the server to have come.
    await expect(screen.findByText('The way to the first call', {}, { timeout: 300 })).rejects.toThrow();
  });
});
