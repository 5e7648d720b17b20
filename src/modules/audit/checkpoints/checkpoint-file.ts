import { appendFile } from 'node:fs/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Log } from '../../../infra/telemetry/index.js';

/** More than half a day of checkpoints. */
const MOST_WAITING = 1_000;

/** Keeps checkpoints outside the database, where its owner cannot change them: one JSON line each in a file. */
@Injectable()
export class CheckpointFile implements OnModuleInit {
  private waiting: string[] = [];
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  /** A file that cannot be written is noticed at the start, not when somebody looks for what should be in it. */
  async onModuleInit(): Promise<void> {
    const path = this.config.auditCheckpointFile;
    if (!path) return;
    await appendFile(path, '').catch((cause: Error) => {
      throw new Error(`AUDIT_CHECKPOINT_FILE cannot be written: ${cause.message}`, { cause });
    });
  }

  /** Adds a line. When the file cannot be written, it is logged, and the line waits for the next one. */
  append(line: string): Promise<void> {
    this.waiting = [...this.waiting, line].slice(-MOST_WAITING);
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const path = this.config.auditCheckpointFile;
    if (!path || this.waiting.length === 0) return;
    const lines = this.waiting;
    try {
      await appendFile(path, lines.map((line) => `${line}\n`).join(''), { flush: true });
      this.waiting = this.waiting.slice(lines.length);
    } catch (error) {
      this.log.error('checkpoints of the audit log cannot be written to their file', { error, waiting: lines.length });
    }
  }
}
