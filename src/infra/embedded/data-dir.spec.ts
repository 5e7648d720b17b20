import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { lockDataDir } from './data-dir.js';
import { startTicks } from './process-info.js';

const HERE = import.meta.dirname;
const LOCK = 'tollkeeper.lock';
let root: string;
let folder: string;
const children: ChildProcess[] = [];

/** Takes the lock when it is told `lock`, tells how that went, and lives on. */
const PROGRAM = `
  import { createInterface } from 'node:readline';
  import { lockDataDir } from './data-dir.js';
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const lock = await lockDataDir(line).catch((error) => console.log('refused ' + error.message));
    await lock?.describe('http://127.0.0.1:8003');
    if (lock) console.log('locked');
  }`;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tollkeeper-lock-'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'program.js'), PROGRAM);
  for (const name of ['claim', 'data-dir', 'problem', 'process-info', 'run-as'])
    writeFileSync(join(root, `${name}.js`), transformFileSync(join(HERE, `${name}.ts`)).code);
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(join(root, 'data-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Rival {
  readonly pid: number;
  /** Resolves with its next line. */
  next(): Promise<string>;
  tryLock(): void;
  kill(): Promise<void>;
}

async function rival(): Promise<Rival> {
  const child = spawn(process.execPath, [join(root, 'program.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe('ready');
  return {
    pid: child.pid!,
    next,
    tryLock: () => void child.stdin.write(`${folder}\n`),
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

const leave = (holder: unknown): void =>
  writeFileSync(join(folder, LOCK), typeof holder === 'string' ? holder : JSON.stringify(holder));
const holderPid = (): unknown => (JSON.parse(readFileSync(join(folder, LOCK), 'utf8')) as { pid: unknown }).pid;

describe('the lock of the data directory', () => {
  it('keeps a second process out, and tells it who is in', async () => {
    const first = await rival();
    first.tryLock();
    expect(await first.next()).toBe('locked');
    await expect(lockDataDir(folder)).rejects.toThrow(new RegExp(`${folder}.*${first.pid}.*http://127.0.0.1:8003`));
    expect(holderPid()).toBe(first.pid);
  });

  it('is free again when the process that held it was killed', async () => {
    const first = await rival();
    first.tryLock();
    expect(await first.next()).toBe('locked');
    await first.kill();
    const lock = await lockDataDir(folder);
    expect(holderPid()).toBe(process.pid);
    await lock.release();
  });

  it('is free again when it was released, and leaves nothing behind', async () => {
    const lock = await lockDataDir(folder);
    await lock.describe('http://localhost');
    await expect(lockDataDir(folder)).rejects.toThrow('http://localhost');
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await lockDataDir(folder)).release();
  });

  it('goes to exactly one of those that find a stale one at the same time', async () => {
    const rivals = await Promise.all(Array.from({ length: 4 }, rival));
    leave({ pid: process.pid, ticks: '1' });
    const answers = rivals.map((each) => each.next());
    for (const each of rivals) each.tryLock();
    const locked = (await Promise.all(answers)).map((answer) => answer === 'locked');
    expect(locked.filter(Boolean)).toHaveLength(1);
    expect(holderPid()).toBe(rivals[locked.indexOf(true)]!.pid);
  });

  const ticks = startTicks(process.pid);
  (ticks === null ? it.skip : it)('is not held by a later process that was given the same id', async () => {
    leave({ pid: process.pid, ticks: String(Number(ticks) - 1) });
    await (await lockDataDir(folder)).release();
    leave({ pid: process.pid, ticks });
    await expect(lockDataDir(folder)).rejects.toThrow(String(process.pid));
  });

  it('is held by a living process of which nothing else is known', async () => {
    leave({ pid: process.pid, ticks: null });
    await expect(lockDataDir(folder)).rejects.toThrow(String(process.pid));
  });

  it.each(['', '{"pid":', 'null', '{}', '[]', '"1"', '{"pid":"1"}', '\u0000\u0000'])(
    'is free when it says %j',
    async (text) => {
      leave(text);
      const lock = await lockDataDir(folder);
      expect(holderPid()).toBe(process.pid);
      await lock.release();
    },
  );
});

describe('the data directory', () => {
  it('is made, with its parents, and nobody else can read it', async () => {
    folder = join(folder, 'a', 'b');
    const lock = await lockDataDir(folder);
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o066).toBe(0);
    await lock.release();
  });

  it.each(['a file', 'below a file'])('that is %s is refused by name, with what to do', async (what) => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    const place = what === 'a file' ? file : join(file, 'data');
    await expect(lockDataDir(place)).rejects.toThrow(new RegExp(`DATA_DIR ${place} cannot be used.*Choose`));
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)('that cannot be written is refused', async () => {
    mkdirSync(join(folder, 'locked'), { mode: 0o500 });
    await expect(lockDataDir(join(folder, 'locked'))).rejects.toThrow('cannot be used');
  });
});
