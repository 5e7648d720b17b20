import { closeSync, copyFileSync, existsSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { fileProblem } from './problem.js';

const MAX_BYTES = 5 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;
const SHOWN_BYTES = 16 * 1024;

/** PostgreSQL's own log: a file that it writes to itself, because it may outlive this process. */
export class ServerLog {
  private timer: NodeJS.Timeout | null = null;

  constructor(readonly path: string) {}

  /** A file descriptor for a new server; the caller closes it. */
  open(): number {
    try {
      return openSync(this.path, 'a', 0o600);
    } catch (error) {
      throw fileProblem(this.path, error);
    }
  }

  get size(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }

  /** What was written from an offset on, at most the last 16 KiB of it. */
  since(offset: number): string {
    const from = Math.max(offset, this.size - SHOWN_BYTES);
    const buffer = Buffer.alloc(Math.max(0, this.size - from));
    const handle = openSync(this.path, 'r');
    try {
      return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, from));
    } finally {
      closeSync(handle);
    }
  }

  /** Keeps the file and one older copy at 5 MiB each, from now on. */
  watch(): void {
    this.rotate();
    this.timer = setInterval(() => this.rotate(), CHECK_EVERY_MS).unref();
  }

  unwatch(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Copied and emptied, not renamed: the server goes on appending to the file that it has open. */
  private rotate(): void {
    try {
      if (this.size <= MAX_BYTES) return;
      copyFileSync(this.path, `${this.path}.1`);
    } catch {
      // The copy is a convenience; without room for it the file must be emptied all the more.
    }
    if (this.size > MAX_BYTES) truncateSync(this.path);
  }
}
