import { expect, it } from '@jest/globals';
import {
  change,
  make,
  type Mutation,
  run,
  type Scene,
  TABLES,
  tryMutations,
  UNKNOWN,
  type Valid,
  withInput,
} from '../support/audited-mutations.js';

const terms = ({ organizationId, teamId: scopeId }: Scene): object => ({
  ...{ organizationId, scopeType: 'TEAM', scopeId },
  ...{ unit: 'USD', period: 'MONTH', amount: '100' },
});
const limitIn = (scene: Scene): Promise<string> => run('createLimit', { input: terms(scene) }, 'id');
const limit: Valid = async (scene) => ({ id: await limitIn(scene) });
const granted: Valid = async (scene) => ({
  input: { limitId: await limitIn(scene), amount: '5', endsAt: '2999-01-01T00:00:00Z', reason: 'Audit' },
});

/** Spend limits. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  createLimit: make('Limit')(
    'limit.create',
    (scene) => ({ input: terms(scene) }),
    withInput(({ outsider }) => ({ scopeId: outsider.teamId })),
  ),
  updateLimit: change('Limit')('limit.update', async (scene) => ({
    ...(await limit(scene)),
    input: { amount: '50', enforcement: 'SOFT', period: 'DAY', zone: 'Europe/Berlin', alerts: [90], note: 'Audit' },
  })),
  deleteLimit: change('Limit')('limit.delete', limit, (valid) => ({ ...valid, id: UNKNOWN })),
  grantLimit: make('LimitGrant')(
    'limit.grant',
    granted,
    withInput(() => ({ limitId: UNKNOWN })),
  ),
  revokeGrant: change('LimitGrant')('limit.grant', async (scene) => ({
    id: await run('grantLimit', await granted(scene), 'id'),
  })),
};

tryMutations(MUTATIONS);

it('has in its table what is said to be there', () => {
  expect(Object.keys(MUTATIONS).sort()).toEqual([...TABLES['limits']!].sort());
});
