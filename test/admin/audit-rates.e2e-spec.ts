import { expect, it } from '@jest/globals';
import {
  change,
  make,
  type Mutation,
  type Scene,
  spare,
  TABLES,
  tryMutations,
  UNKNOWN,
  withInput,
} from '../support/audited-mutations.js';

const rate = ({ organizationId, teamId }: Scene): object => ({
  ...{ organizationId, scopeType: 'TEAM', scopeId: teamId, note: 'Audit' },
  ...{ unit: 'TOKEN', per: 'HOUR', amount: '5000' },
});

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  createRateLimit: make('RateLimit')(
    'rate_limit.create',
    (scene) => ({ input: rate(scene) }),
    withInput(() => ({ scopeId: UNKNOWN })),
  ),
  updateRateLimit: change('RateLimit')('rate_limit.update', async (scene) => ({
    ...(await spare('createRateLimit', rate)(scene)),
    input: { amount: '6000' },
  })),
  deleteRateLimit: change('RateLimit')('rate_limit.delete', spare('createRateLimit', rate)),
};

tryMutations(MUTATIONS);

it('has in its table what is said to be there', () => {
  expect(Object.keys(MUTATIONS).sort()).toEqual([...TABLES['rates']!].sort());
});
