import { Secret } from '../../src/core/secret.js';
import { Vault } from '../../src/infra/vault/index.js';
import { ContentQueue } from '../../src/modules/gateway/content/content-queue.service.js';
import type { TestApp } from './app.js';
import { type Admin, must, type World } from './world.js';

export interface TestProject {
  readonly id: string;
  /** Token of an API key that may call the alias of the world. */
  readonly key: string;
}

let serial = 0;

/** A project of the world's organization with an API key. */
export async function makeProject(app: Admin, { organizationId, teamId }: World): Promise<TestProject> {
  const accessGroupIds = [`group-${teamId.slice('team-'.length)}`];
  const input = { organizationId, code: `T-${++serial}`, name: 'Test', accessGroupIds };
  const create = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { id } }';
  const { id } = (await must<{ createProject: { id: string } }>(app, create, { input })).createProject;
  return { id, key: await issueKey(app, id) };
}

/** A new key, of which no process remembers what its project was set to before. */
export async function issueKey(app: Admin, projectId: string): Promise<string> {
  const issue = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { token } }';
  const made = await must<{ createApiKey: { token: string } }>(app, issue, { input: { projectId, name: 'Test' } });
  return made.createApiKey.token;
}

export const setCache = (app: Admin, projectId: string, ttlSeconds: number | null, price = 'FREE'): Promise<unknown> =>
  must(
    app,
    `mutation ($projectId: ID!, $ttlSeconds: Int, $price: CachePrice) {
      setProjectCache(projectId: $projectId, ttlSeconds: $ttlSeconds, price: $price) { id } }`,
    { projectId, ttlSeconds, price },
  );

export const setRetention = (app: Admin, projectId: string, days: number | null): Promise<unknown> =>
  must(
    app,
    'mutation ($projectId: ID!, $days: Int) { setProjectRetention(projectId: $projectId, days: $days) { id } }',
    { projectId, days },
  );

/** Resolves when all that calls have left to store is stored. */
export const contentStored = ({ app }: TestApp): Promise<void> => app.get(ContentQueue, { strict: false }).idle();

const KEPT = `
  WITH answer AS (INSERT INTO response_cache (project_id, key, organization_id, answer, created_at, expires_at)
      SELECT id, decode(repeat('ab', 32), 'hex'), organization_id, 'v1.x', $3, $3::timestamptz + interval '1 day'
      FROM projects WHERE id = $1),
    figures AS (INSERT INTO response_cache_days (project_id, day, organization_id, misses)
      SELECT id, $3::timestamptz::date, organization_id, 1 FROM projects WHERE id = $1)
  INSERT INTO call_bodies (call_id, organization_id, project_id, ciphertext, created_at, expires_at)
    SELECT $2, organization_id, id, $4, $3, $3::timestamptz + interval '1 day' FROM projects WHERE id = $1`;

/** Lets a project have kept one answer, and the body of one call. */
export async function keepContent({ app, db, clock }: TestApp, projectId: string, callId: string): Promise<void> {
  const body = JSON.stringify({ request: '{}', answer: '{}', isRequestCut: false, isAnswerCut: false });
  const ciphertext = app.get(Vault, { strict: false }).seal(new Secret(body), `call-body ${callId}`);
  await db.query(KEPT, [projectId, callId, clock.now(), ciphertext]);
}
