import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';
import { startWorker } from './support/product.js';
import { creditsOf, makeWorld } from './support/world.js';

const PATIENCE_MS = 20_000;

let app: TestApp;
let dataDir: string;

beforeAll(async () => {
  app = await startTestApp({ env: { WORKER: 'off' } });
  dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-worker-'));
});

afterAll(async () => {
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a worker of its own', () => {
  it('runs the schedules that API processes with WORKER=off leave', async () => {
    const world = await makeWorld(app);
    const created = await app.asKey(world.key, 'POST', '/api/jobs/create', { job_type: 'forgotten' });
    const id = created.body.job_id as string;
    await app.db.query("UPDATE jobs SET expires_at = now() - interval '1 minute' WHERE id = $1", [id]);
    const worker = await startWorker({
      DATABASE_URL: app.config.databaseUrl!.reveal(),
      REDIS_URL: app.config.redisUrl?.reveal() ?? '',
      DATA_DIR: dataDir,
    });
    const deadline = Date.now() + PATIENCE_MS;
    const status = async (): Promise<string> =>
      ((await app.asKey(world.key, 'GET', `/api/jobs/${id}`)).body as { status: string }).status;
    while ((await status()) !== 'expired' && Date.now() < deadline) await new Promise((go) => setTimeout(go, 50));
    await worker.stop('SIGTERM');
    expect(await status()).toBe('expired');
    expect(await creditsOf(app, world.teamId)).toMatchObject({ remaining: '1000', held: '0' });
  }, 60_000);
});
