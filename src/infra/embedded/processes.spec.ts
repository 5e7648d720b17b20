import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import pg from 'pg';
import { lockDataDir, startEmbeddedPostgres } from './index.js';
import { pause, waitForExit } from './process-info.js';

/** This folder compiled, for processes of their own; below node_modules, so that packages are found from there. */
const COMPILED = resolve('node_modules', '.cache', `tollkeeper-embedded-spec-${process.pid}`);
const HERE = resolve('src', 'infra', 'embedded');
const progress = (): void => undefined;
let base = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'tollkeeper-processes-'));
  chmodSync(base, 0o755);
  mkdirSync(COMPILED, { recursive: true });
  writeFileSync(join(COMPILED, 'package.json'), '{ "type": "module" }');
  for (const name of readdirSync(HERE).filter((each) => !each.includes('.spec.'))) {
    const { code } = transformFileSync(join(HERE, name), { configFile: resolve('.swcrc') });
    writeFileSync(join(COMPILED, name.replace(/\.ts$/, '.js')), code);
  }
});
afterAll(() => {
  for (const each of [base, COMPILED]) rmSync(each, { recursive: true, force: true });
});

/** A process that locks the data directory and perhaps starts a database, says so, and stays. */
function other(dataDir: string, ...steps: string[]): ChildProcess {
  const code = [
    `import { lockDataDir, startEmbeddedPostgres } from ${JSON.stringify(join(COMPILED, 'index.js'))};`,
    `const dataDir = ${JSON.stringify(dataDir)};`,
    'const stay = setInterval(() => {}, 1000);',
    ...steps,
  ].join('\n');
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const LOCK = 'const lock = await lockDataDir(dataDir);';
const START = 'const server = await startEmbeddedPostgres({ dataDir, progress: () => {} });';
const SAY = (text: string): string => `console.log(${text});`;

async function firstWords(child: ChildProcess): Promise<string> {
  const [text] = (await once(child.stdout!, 'data')) as [Buffer];
  return text.toString().trim();
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

describe('another process', () => {
  it('is refused while the first lives, and follows it after kill -9', async () => {
    const dataDir = join(base, 'lock');
    const child = other(dataDir, LOCK, "await lock.describe('http://127.0.0.1:8003');", SAY("'locked'"));
    expect(await firstWords(child)).toBe('locked');
    await expect(lockDataDir(dataDir)).rejects.toThrow(`(process ${child.pid}, http://127.0.0.1:8003)`);
    await kill(child);
    await (await lockDataDir(dataDir)).release();
  });

  it('is the only one of eight that get a stale lock at the same time', async () => {
    const dataDir = join(base, 'race');
    const child = other(dataDir, LOCK, SAY("'locked'"));
    await firstWords(child);
    await kill(child);
    const tries = Array.from({ length: 8 }, () =>
      other(dataDir, `try { ${LOCK} console.log('won'); } catch (error) { console.log(error.message); }`),
    );
    const words = await Promise.all(tries.map(firstWords));
    await Promise.all(tries.map(kill));
    expect(words.filter((each) => each === 'won')).toHaveLength(1);
    expect(words.filter((each) => each.includes('is already running on'))).toHaveLength(7);
  });

  it('leaves a database behind after kill -9, which the next one attaches to and stops', async () => {
    const dataDir = join(base, 'attach');
    const work = "const { default: pg } = await import('pg'); const client = new pg.Client(server.url);";
    const insert = "await client.connect(); await client.query('CREATE TABLE kept AS SELECT 7 AS id');";
    const child = other(dataDir, LOCK, START, work, insert, SAY('server.port'));
    const port = Number(await firstWords(child));
    const pid = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    await kill(child);
    const lock = await lockDataDir(dataDir);
    const lines: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, progress: (line) => lines.push(line) });
    expect(server.port).toBe(port);
    expect(lines).toEqual([`attaching to the database that still runs (process ${pid})`]);
    expect(await query(server.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
    await server.stop();
    expect(await waitForExit(pid, 0)).toBe(true);
    await lock.release();
  });

  it('takes its database along when it ends without stopping it', async () => {
    const dataDir = join(base, 'exit');
    const child = other(dataDir, START, SAY('process.pid'), 'setTimeout(() => process.exit(1), 50);');
    await firstWords(child);
    const pid = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    expect(await waitForExit(pid, 10_000)).toBe(true);
  });

  it.each([20, 120, 300])('may be killed %i ms into the making of a database', async (delayMs) => {
    const dataDir = join(base, `broken-${delayMs}`);
    const child = other(dataDir, START);
    const isMaking = (): boolean => {
      try {
        return readdirSync(dataDir).some((name) => name.includes('.making-'));
      } catch {
        return false; // Not there yet.
      }
    };
    while (!isMaking() && child.exitCode === null) await pause(2);
    await pause(delayMs);
    await kill(child);
    const server = await startEmbeddedPostgres({ dataDir, progress });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });
});
