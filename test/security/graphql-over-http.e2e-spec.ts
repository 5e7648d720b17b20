import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuditResult, auditServer } from 'graphql-http';
import { MASTER_KEY, startTestApp, type TestApp } from '../support/app.js';

const LEAST_SHOULD = 21;

let app: TestApp;
let results: AuditResult[];

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  const fetchFn: typeof fetch = (url, init) =>
    fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), 'x-admin-key': MASTER_KEY } });
  results = await auditServer({ url: `${app.url}/graphql`, fetchFn });
}, 60_000);
afterAll(() => app.close());

/** Names of the audits of a kind that are not passed, each with the reason. */
const failed = (kind: 'MUST' | 'SHOULD'): string[] =>
  results.flatMap((each) =>
    each.name.startsWith(kind) && each.status !== 'ok' ? [`${each.name}: ${each.reason}`] : [],
  );

describe('the audit of GraphQL over HTTP', () => {
  it('has asked everything', () => expect(results.length).toBeGreaterThan(60));

  it('passes every MUST', () => expect(failed('MUST')).toEqual([]));

  it(`passes at least ${LEAST_SHOULD} SHOULDs`, () => {
    const all = results.filter(({ name }) => name.startsWith('SHOULD'));
    const lacking = failed('SHOULD');
    expect(lacking.slice(0, Math.max(0, lacking.length - (all.length - LEAST_SHOULD)))).toEqual([]);
  });
});
