import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Claim, ownClaim } from './claim.js';
import { lockDataDir } from './data-dir.js';

let base = '';
let count = 0;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'tollkeeper-claim-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function fresh(): string {
  const dataDir = join(base, `data-${count++}`);
  mkdirSync(dataDir);
  return dataDir;
}

/** Puts down the lock of a process that differs from this one. */
function plant(dataDir: string, differs: Partial<Claim>, name = 'tollkeeper.lock'): string {
  const path = join(dataDir, name);
  writeFileSync(path, JSON.stringify({ ...ownClaim(), ...differs }));
  return path;
}

const ASKING = 'tollkeeper.lock.0123456789abcdef';

describe('a claim on the data directory', () => {
  it('is given to exactly one of many that ask at the same time', async () => {
    const dataDir = fresh();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockDataDir(dataDir)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(dataDir)).toEqual(['tollkeeper.lock']);
    expect(statSync(join(dataDir, 'tollkeeper.lock')).mode & 0o777).toBe(0o600);
  });

  it('of a process before the last boot of this machine is dead', async () => {
    const dataDir = fresh();
    plant(dataDir, { boot: 'earlier' });
    plant(dataDir, { boot: 'earlier' }, ASKING);
    await (await lockDataDir(dataDir)).release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('of another container is live while it shows life, whatever the process id', async () => {
    const dataDir = fresh();
    const path = plant(dataDir, { namespace: 'pid:[1]', pid: 1, host: 'pod-7' });
    const life = setInterval(() => utimesSync(path, new Date(), new Date()), 500);
    try {
      await expect(lockDataDir(dataDir)).rejects.toThrow('(process 1 on pod-7)');
    } finally {
      clearInterval(life);
    }
  });

  it('of another container or host that shows none is dead, and is waited for once', async () => {
    const container = fresh();
    utimesSync(plant(container, { namespace: 'pid:[1]' }), new Date(0), new Date(0));
    await (await lockDataDir(container)).release();
    const host = fresh();
    plant(host, { boot: 'another', host: 'another' });
    const startedMs = Date.now();
    await (await lockDataDir(host)).release();
    expect(Date.now() - startedMs).toBeLessThan(10_000);
  });

  it('is kept fresh while it is held', async () => {
    const dataDir = fresh();
    const lock = await lockDataDir(dataDir);
    await lock.describe('http://127.0.0.1:8003');
    const path = join(dataDir, 'tollkeeper.lock');
    utimesSync(path, new Date(0), new Date(0));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(2_500);
    await lock.release();
  });
});

describe('a data directory of root', () => {
  it('is opened for PostgreSQL when it is empty, and left as it is when it is used', async () => {
    if (process.getuid?.() !== 0) return;
    const [empty, used] = [fresh(), fresh()];
    writeFileSync(join(used, 'letter'), '');
    for (const each of [empty, used]) chmodSync(each, 0o700);
    for (const each of [empty, used]) await (await lockDataDir(each)).release();
    expect([statSync(empty).mode & 0o777, statSync(used).mode & 0o777]).toEqual([0o711, 0o700]);
  });
});
