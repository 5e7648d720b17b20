import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Log } from '../telemetry/index.js';

const RECONNECT_MS = 100;

/** A statement; named ones are prepared once a connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * One connection that is opened again when it breaks. A new one first takes a lock that the old one's session holds, so
 * that whatever was sent on the old one has ended, done or not, before anything is sent on the new one.
 */
export class SteadyConnection {
  private readonly fence = randomBytes(8).readBigInt64BE();
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;
  private waiting: (() => void)[] = [];
  private lostMs = performance.now();

  constructor(
    private readonly open: () => pg.Client,
    private readonly log: Log,
  ) {}

  get isUp(): boolean {
    return this.client !== null;
  }

  /** How long it has been away; 0 while it is there. */
  get awayMs(): number {
    return this.isUp ? 0 : performance.now() - this.lostMs;
  }

  /** Connects; a database that is away is tried again and again. */
  async start(): Promise<void> {
    const client = this.open();
    // After an error the client takes no statement, though its socket may close much later.
    client.on('error', (error) => {
      this.log.warn('the connection of the ledger broke', { error });
      client.connection.stream.destroy();
      this.lost(client);
    });
    client.on('end', () => this.lost(client));
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock($1)', [this.fence.toString()]);
      if (process.platform !== 'win32') await client.query("SET client_connection_check_interval = '1s'");
    } catch (error) {
      this.log.warn('the ledger cannot be reached', { error });
      void client.end().catch(() => undefined); // It may never have been open.
      this.startLater();
      return;
    }
    this.client = client;
    for (const go of this.waiting.splice(0)) go();
  }

  /** Whether the connection is there, or comes within so many milliseconds. */
  async isUpWithin(ms: number): Promise<boolean> {
    if (this.isUp) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    return this.isUp;
  }

  /** Runs a statement. A statement that takes longer than its time ends with the connection: nobody knows its outcome. */
  async query<T extends pg.QueryResultRow>(statement: Statement, timeoutMs: number): Promise<T[]> {
    const client = this.client;
    if (!client) throw Object.assign(new Error('the ledger is not connected'), { code: 'ECONNREFUSED' });
    const timer = setTimeout(() => client.connection.stream.destroy(), timeoutMs);
    try {
      return (await client.query<T>(statement)).rows;
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end();
  }

  private lost(client: pg.Client): void {
    if (this.client === client) {
      this.client = null;
      this.lostMs = performance.now();
      if (!this.isStopped) void this.start();
    }
  }

  private startLater(): void {
    if (this.isStopped || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.start();
    }, RECONNECT_MS);
  }
}
