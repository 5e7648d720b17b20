import { expect, it } from '@jest/globals';
import {
  app,
  change,
  make,
  type Mutation,
  of,
  run,
  TABLES,
  tryMutations,
  UNKNOWN,
  type Valid,
  withInput,
} from '../support/audited-mutations.js';
import { chargedJob } from '../support/movements.js';

const reason = 'Audit';
const UNKNOWN_ID = '01a1fde2-0000-7000-8000-000000000000';
const otherTeam = withInput(() => ({ teamId: UNKNOWN }));
const otherOrganization = withInput(() => ({ organizationId: UNKNOWN }));

const credits: Valid = ({ teamId }) => ({ input: { teamId, credits: '5', reason } });
const dollars: Valid = ({ organizationId }) => ({ input: { organizationId, amount: '5', reason } });
const refill: Valid = ({ teamId }) => ({ input: { teamId, mode: 'ADD', credits: '5', period: 'DAY' } });

/** A call that was charged by estimate after a crash. */
const recovered: Valid = async (scene) => {
  const { callId } = await chargedJob(app, scene);
  await app.db.query("UPDATE calls SET state = 'recovered' WHERE id = $1", [callId]);
  return { input: { callId, usage: { input: 1_000 }, reason } };
};

/** Movements of credits and dollars, and what they follow. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  giftCredits: change('TeamCredits')(
    'credit.gift',
    ({ teamId }) => ({ input: { teamId, credits: '5', comment: reason } }),
    otherTeam,
  ),
  adjustCredits: change('TeamCredits')(
    'credit.adjust',
    credits,
    withInput(() => ({ credits: '-1001' })),
  ),
  refundTransaction: {
    ...change('TeamCredits')(
      'credit.refund',
      async (scene) => ({ input: { transactionId: (await chargedJob(app, scene)).chargeId, reason } }),
      withInput(() => ({ credits: '2' })),
    ),
    isNameless: true,
  },
  topUpBalance: change('OrganizationBalance')('balance.top_up', dollars, otherOrganization),
  adjustBalance: change('OrganizationBalance')(
    'balance.adjust',
    dollars,
    withInput(() => ({ amount: '-5' })),
  ),
  setBilling: change('Organization')(
    'billing.update',
    ({ organizationId }) => ({ input: { organizationId, billing: 'PREPAID' } }),
    otherOrganization,
  ),
  setCreditMode: change('TeamCredits')(
    'credit.set_mode',
    ({ teamId }) => ({ input: { teamId, mode: 'SOFT' } }),
    otherTeam,
  ),
  setRefill: make('Refill')('credit.set_refill', refill, otherTeam),
  removeRefill: {
    ...of('Refill', 'remove')(
      'credit.set_refill',
      async (scene) => {
        await run('setRefill', await refill(scene));
        return { teamId: scene.teamId };
      },
      () => ({ teamId: UNKNOWN }),
    ),
    isNameless: true,
  },
  correctCall: change('Call')(
    'ledger.correct',
    recovered,
    withInput(() => ({ callId: UNKNOWN_ID })),
  ),
  reconcileProvider: change('Provider')(
    'ledger.reconcile',
    ({ providerId }) => ({
      input: { providerId, from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', reportedCost: '5' },
    }),
    withInput(() => ({ providerId: UNKNOWN })),
  ),
};

tryMutations(MUTATIONS);

it('tries every mutation that is told to be tried here', () => {
  expect(Object.keys(MUTATIONS).sort()).toEqual([...TABLES['accounts']!].sort());
});
