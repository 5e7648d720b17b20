import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { fill, type Findings, makeMatrix, type Matrix } from '../support/cells.js';

const LEAST_CELLS = 5_000;

/** Names of aliases are the platform's words and no organization's; the original API tells the two refusals apart. */
const TELLS_APART = /^(virtual key|user token): POST \/api\/jobs\/[^:]* body\.model:/;

let app: TestApp;
let matrix: Matrix;
let found: Findings;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  matrix = await makeMatrix(app);
  found = await fill(matrix);
}, 400_000);
afterAll(() => app.close());

describe('the matrix of everything that can be asked for, by whom, about whose', () => {
  it('knows how to call everything, and has planted a canary wherever there is text', () => {
    expect(matrix.problems).toEqual([]);
    expect(matrix.calls.filter(({ rule, name }) => !rule && !name.includes(' /api/jobs/'))).toEqual([]);
    for (const column of [
      ...['organizations.name', 'teams.name', 'projects.name', 'groups.name', 'keys.name', 'users.email'],
      'invitations.name',
    ])
      expect(matrix.planted).toContain(column);
    expect(matrix.planted.length).toBeGreaterThan(30);
  });

  it(`has at least ${LEAST_CELLS} cells`, () => expect(found.cells).toBeGreaterThanOrEqual(LEAST_CELLS));

  it('has no cell that fails as a fault of ours', () => expect(found.faults).toEqual([]));

  it('has no cell that leaks anything of the other organization', () => expect(found.leaks).toEqual([]));

  it('answers about a foreign thing exactly as about an unknown one', () =>
    expect(found.unlike.filter((cell) => !TELLS_APART.test(cell))).toEqual([]));

  it('refuses exactly those who lack the right', () => expect(found.wrongRights).toEqual([]));
});
