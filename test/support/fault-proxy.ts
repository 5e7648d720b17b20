import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How a statement is lost: before it came, on its way, or done with its answer lost. */
export type Loss = 'statement' | 'outcome' | 'answer';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** The application_name of a PostgreSQL session; '' until it has said it. */
  name: string;
  loss: Loss | null;
  /** Of what the server sends while its answer is kept back: the bytes up to the end of the answer. */
  kept: Buffer;
}

export interface Order {
  /** Sessions with this application_name. */
  readonly name: string;
  readonly loss: Loss;
  /** Cut by a reset, as by a firewall; else by an orderly end. */
  readonly reset: boolean;
}

const STARTUP_HEAD = 8;
const READY_FOR_QUERY = 0x5a;

/**
 * A TCP proxy that fails on request: it can be away, slow, or lose single statements of PostgreSQL sessions. What it
 * was told to lose is lost once.
 */
export class FaultProxy {
  /** Added to everything that the server says. */
  delayMs = 0;
  lost = 0;
  private server: Server | null = null;
  private port = 0;
  private order: Order | null = null;
  private onLost: () => void = () => undefined;
  private readonly pairs = new Set<Pair>();

  constructor(public target: { host: string; port: number }) {}

  /** In front of the server that the URL names. */
  static async before(url: string): Promise<FaultProxy> {
    const { hostname, port } = new URL(url);
    const proxy = new FaultProxy({ host: hostname, port: Number(port) });
    await proxy.open();
    return proxy;
  }

  /** The same URL by way of this proxy. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(this.port);
    return changed.toString();
  }

  /** Listens, on the port that it had before. */
  async open(): Promise<void> {
    this.server = createServer((socket) => this.join(socket));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection and takes no new one. */
  async close(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = null;
    const closed = once(server, 'close');
    server.close();
    for (const pair of this.pairs) this.cut(pair, true);
    await closed;
  }

  /** Loses the next statement of the order's sessions; resolves when it is lost. */
  lose(order: Order): Promise<void> {
    this.order = order;
    return new Promise((resolve) => (this.onLost = resolve));
  }

  private join(client: Socket): void {
    const server = connect(this.target.port, this.target.host);
    const pair: Pair = { client, server, name: '', loss: null, kept: Buffer.alloc(0) };
    this.pairs.add(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut(pair, true));
      socket.once('close', () => this.cut(pair, false));
    }
    client.on('data', (bytes) => this.ask(pair, bytes));
    server.on('data', (bytes) => this.answer(pair, bytes));
  }

  private ask(pair: Pair, bytes: Buffer): void {
    if (pair.name === '') pair.name = applicationName(bytes);
    else if (this.order?.name === pair.name && isStatement(bytes)) {
      const { loss } = this.order;
      if (loss === 'statement') return this.done(pair);
      pair.loss = loss;
      if (loss === 'outcome') {
        pair.server.write(bytes, () => this.done(pair));
        return;
      }
    }
    pair.server.write(bytes);
  }

  private answer(pair: Pair, bytes: Buffer): void {
    if (pair.loss === 'answer') {
      pair.kept = afterMessages(Buffer.concat([pair.kept, bytes]));
      if (pair.kept.length > 0 && pair.kept[0] === READY_FOR_QUERY) this.done(pair);
      return;
    }
    if (pair.loss !== null) return;
    if (this.delayMs === 0) pair.client.write(bytes);
    else setTimeout(() => pair.client.write(bytes), this.delayMs);
  }

  private done(pair: Pair): void {
    const isReset = this.order?.reset ?? false;
    this.order = null;
    this.lost += 1;
    this.cut(pair, isReset);
    this.onLost();
  }

  private cut(pair: Pair, reset: boolean): void {
    if (!this.pairs.delete(pair)) return;
    if (reset) pair.client.resetAndDestroy();
    else pair.client.destroy();
    pair.server.destroy();
  }
}

/** What a session calls itself in its first message: pairs of texts that end in zeros. */
function applicationName(bytes: Buffer): string {
  const words = bytes.subarray(STARTUP_HEAD).toString('utf8').split('\0');
  const at = words.indexOf('application_name');
  return at < 0 ? 'unnamed' : words[at + 1]!;
}

/** Statements of the extended protocol end in Sync; passwords and the like do not. */
const isStatement = (bytes: Buffer): boolean =>
  bytes.length >= 5 && bytes.readUInt32BE(bytes.length - 4) === 4 && bytes[bytes.length - 5] === 0x53;

/** What is left once every complete message before ReadyForQuery is taken off. */
function afterMessages(bytes: Buffer): Buffer {
  let rest = bytes;
  while (rest.length >= 5 && rest[0] !== READY_FOR_QUERY) {
    const length = 1 + rest.readUInt32BE(1);
    if (rest.length < length) return rest;
    rest = rest.subarray(length);
  }
  return rest;
}
