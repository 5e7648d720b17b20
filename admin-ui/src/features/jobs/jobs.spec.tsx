import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';
import { answer, show } from '../../../test/render.js';
import { JobsDocument } from '../../gql/jobs.js';
import { Jobs } from './jobs.js';

const JOB = {
  id: '01a1fd2e-3f08-7236-b9e9-9e2dd2afc8b0',
  jobType: 'contract_review',
  status: 'IN_PROGRESS',
  callCount: 2,
  tokensIn: '9007199254740993',
  tokensOut: '2',
  costCharged: '0.008259',
  providerCost: null,
  margin: null,
  creditsCharged: '0',
  durationMs: null,
  createdAt: '2026-11-21T10:00:00.000Z',
  userId: null,
  team: { id: 'acme-corp', name: 'Acme' },
  project: null,
  organization: { id: 'acme', name: 'Acme Group' },
};

const answers = [answer(JobsDocument, { jobs: { total: 1, nextCursor: null, items: [JOB] } })];

describe('the list of jobs', () => {
  it('adds tokens exactly, beyond what a number holds, and says that a job still runs', async () => {
    show(<Jobs />, { actions: ['job.read'], answers });
    expect(await screen.findByText('9,007,199,254,740,995')).toBeTruthy();
    expect(screen.getByText('Running')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'contract_review' }).getAttribute('href')).toBe(`/jobs/${JOB.id}`);
  });

  it.each([
    ['the project of a job that is on no team', { id: 'prj_1', name: 'Claims' }, 'Claims'],
    ['a dash for one that the server names neither of', null, '–'],
  ])('shows %s', async (_what, project, shown) => {
    const items = [{ ...JOB, team: null, project }];
    show(<Jobs />, {
      actions: ['job.read'],
      answers: [answer(JobsDocument, { jobs: { total: 1, nextCursor: null, items } })],
    });
    expect(await screen.findByText(shown)).toBeTruthy();
    expect(screen.queryByRole('link', { name: shown })).toBeNull();
  });

  it('has no column of margins for somebody who may not see them', async () => {
    show(<Jobs />, { actions: ['job.read'], answers });
    await screen.findByText('contract_review');
    expect(screen.queryByText('Margin')).toBeNull();
  });

  it('has one for somebody who may', async () => {
    show(<Jobs />, { actions: ['job.read', 'margin.read'], answers });
    expect(await screen.findByText('Margin')).toBeTruthy();
  });

  it('asks the server for what the address bar says', async () => {
    let asked: Record<string, unknown> = {};
    const listening = answer(JobsDocument, (variables) => {
      asked = variables;
      return { jobs: { total: 1, nextCursor: null, items: [JOB] } };
    });
    const path = '/jobs?status=FAILED&jobType=chat&keyId=key_1&to=2026-11-21T00:00:00Z&sort=COST_DESC';
    show(<Jobs />, { actions: ['job.read'], answers: [listening], path });
    await screen.findByText('contract_review');
    expect(asked).toMatchObject({
      orderBy: 'COST_DESC',
      filter: { status: 'FAILED', jobType: 'chat', keyId: 'key_1', to: '2026-11-21T00:00:00.000Z' },
    });
    expect(screen.getByRole('button', { name: 'Remove the filter Key' })).toBeTruthy();
  });

  it('is not for somebody without the right', () => {
    show(<Jobs />, { answers });
    expect(screen.getByText(/job\.read/)).toBeTruthy();
  });
});
