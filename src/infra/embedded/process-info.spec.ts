import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isAlive, startTicks, waitForExit } from './process-info.js';

const onLinux = existsSync('/proc/self/stat') ? it : it.skip;
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process that says when it runs, and lives until it is killed. */
async function started(program = process.execPath): Promise<ChildProcess & { pid: number }> {
  const child = spawn(program, ['-e', 'console.log("up"); setInterval(() => {}, 1e9)'], { stdio: 'pipe' });
  children.push(child);
  await once(child.stdout, 'data');
  return child as ChildProcess & { pid: number };
}

async function gone(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe('a process', () => {
  it('is alive until it has ended', async () => {
    const child = await started();
    expect(isAlive(child.pid)).toBe(true);
    await gone(child);
    expect(isAlive(child.pid)).toBe(false);
  });

  it("is alive when it is somebody else's", () => {
    expect(isAlive(1)).toBe(true);
  });

  onLinux('started when it started, and at another time than one that came before', async () => {
    const child = await started();
    const ticks = startTicks(child.pid);
    expect(ticks).toMatch(/^\d+$/);
    expect(startTicks(child.pid)).toBe(ticks);
    expect(Number(ticks)).toBeGreaterThan(Number(startTicks(process.pid)));
    await gone(child);
    expect(startTicks(child.pid)).toBeNull();
  });

  onLinux('may have any name: spaces, parentheses and digits do not shift the fields', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-name-'));
    const program = join(folder, 'a) S 1 2 (b');
    symlinkSync(process.execPath, program);
    const before = await started();
    const child = await started(program);
    rmSync(folder, { recursive: true });
    expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toContain('(a) S 1 2 (b)');
    const [earlier, ticks] = [startTicks(before.pid), startTicks(child.pid)].map(Number);
    expect(ticks! - earlier!).toBeGreaterThanOrEqual(0);
    expect(ticks! - earlier!).toBeLessThan(100 * 60);
  });
});

describe('waitForExit', () => {
  it('is true once the process has gone, however it went', async () => {
    const child = await started();
    const waiting = waitForExit(child.pid, 30_000);
    child.kill('SIGKILL');
    expect(await waiting).toBe(true);
    expect(await waitForExit(child.pid, 0)).toBe(true);
  });

  it('is false when the time is over and the process is not', async () => {
    expect(await waitForExit(process.pid, 0)).toBe(false);
  });
});
