import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis as Client } from 'ioredis';
import { FaultProxy } from '../../support/fault-proxy.js';
import { freePort } from '../../support/product.js';

const READY = /Ready to accept connections/;

/** A Redis that only one case uses, and may stop; gateways reach it through a proxy. */
export class PrivateRedis {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: Client,
    readonly proxy: FaultProxy,
    private readonly direct: string,
  ) {}

  /** Null where no redis-server is installed. */
  static async start(): Promise<PrivateRedis | null> {
    const port = await freePort();
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction'];
    const child = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
    const isThere = await new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(false));
      child.stdout.on('data', (bytes: Buffer) => READY.test(bytes.toString('utf8')) && resolve(true));
    });
    if (!isThere) return null;
    const url = `redis://127.0.0.1:${port}/0`;
    return new PrivateRedis(child, new Client(url), await FaultProxy.before(url), url);
  }

  get url(): string {
    return this.proxy.through(this.direct);
  }

  /** Its connections stay open, and nothing is answered. */
  stall(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  async flush(): Promise<void> {
    await this.client.flushall();
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await this.proxy.close();
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
