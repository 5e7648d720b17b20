import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/infra/embedded/index.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { type Place, until } from './place.js';
import { newDataDir } from './site.js';

const END_MS = 20_000;
const SETTINGS = { max_connections: '150' };

type Server = Awaited<ReturnType<typeof startEmbeddedPostgres>>;

/** A PostgreSQL that only one case uses, and may kill: durable as in production, at one address over its restarts. */
export class PrivatePostgres implements Place {
  private client: pg.Client | null = null;

  private constructor(
    private readonly dataDir: string,
    private readonly proxy: FaultProxy,
    private server: Server,
  ) {}

  static async start(): Promise<PrivatePostgres> {
    const dataDir = newDataDir();
    const server = await launch(dataDir);
    return new PrivatePostgres(dataDir, await FaultProxy.before(server.url), server);
  }

  get url(): string {
    return this.proxy.through(this.server.url);
  }

  /** SIGQUIT is PostgreSQL's immediate shutdown; SIGKILL leaves its sessions to find out by themselves. */
  async kill(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const pid = Number(readFileSync(join(this.server.clusterDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, signal);
    await this.proxy.close();
    await until('PostgreSQL ended', END_MS, () => !isAlive(pid));
    await this.server.stop(); // Nothing runs any more; it ends the watch over its log.
    await this.client?.end().catch(() => undefined); // It may have noticed before.
    this.client = null;
  }

  async restart(): Promise<void> {
    this.server = await launch(this.dataDir);
    this.proxy.target = { host: '127.0.0.1', port: this.server.port };
    await this.proxy.open();
  }

  async query<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    if (!this.client) {
      this.client = new pg.Client({ connectionString: this.server.url, ssl: false });
      this.client.on('error', () => undefined); // Its server is killed on purpose.
      await this.client.connect();
    }
    return (await this.client.query(sql, values)).rows as T[];
  }

  async close(): Promise<void> {
    await this.client?.end();
    await this.proxy.close();
    await this.server.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

const launch = (dataDir: string): Promise<Server> =>
  startEmbeddedPostgres({ dataDir, progress: () => undefined, settings: SETTINGS });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
