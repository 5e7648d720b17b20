import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';
import { withRoles } from './support/role-docs.js';
import { contracts } from './support/contracts.js';

const fileOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.close());

/** `npm run generate` runs this spec with GENERATE=1, which writes the files instead of comparing them. */
describe('the committed contracts', () => {
  it.each(['schema.graphql', 'openapi.json'])('%s is what the product serves; else run `npm run generate`', (name) => {
    const current = contracts(app)[name]!;
    if (process.env.GENERATE === '1') writeFileSync(fileOf(name), current);
    expect(readFileSync(fileOf(name), 'utf8')).toBe(current);
  });

  it('docs/security.md shows what the roles may do; else run `npm run generate`', () => {
    const page = readFileSync(fileOf('docs/security.md'), 'utf8');
    const current = withRoles(page);
    if (process.env.GENERATE === '1') writeFileSync(fileOf('docs/security.md'), current);
    else expect(page).toBe(current);
    expect(current).toMatch(/\| `role_mapping\.create` +\| yes +\| +\|/);
  });

  it('serves them', async () => {
    const served = await app.rest('GET', '/openapi.json', { headers: { 'x-admin-key': '' } });
    expect(served.status).toBe(200);
    expect(served.body).toEqual(JSON.parse(readFileSync(fileOf('openapi.json'), 'utf8')));
    const { body } = await app.gql('{ __schema { queryType { name } } }');
    expect(body.data.__schema.queryType.name).toBe('Query');
  });
});
