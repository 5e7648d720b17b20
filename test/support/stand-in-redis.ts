import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { RedisScript } from '../../src/infra/redis/index.js';
import { RELEASE, TAKE } from '../../src/modules/rates/stores/scripts.js';

const FIELDS = 4;

/** Scripts come as their text the first time, then as its hash. */
const isOf = ({ lua }: RedisScript, script: string): boolean =>
  [lua, createHash('sha1').update(lua).digest('hex')].includes(script);

/** What every window answers here has used, so that its headers tell who counted. */
export const USED_HERE = 54_321;

/**
 * Speaks as much of Redis as rate limits need, lets everything through, and fails on request: it can stall with its
 * connections open, answer with errors, or be away.
 */
export class StandInRedis {
  mode: 'serve' | 'stall' | 'error' = 'serve';
  /** How often each script was asked for. */
  readonly asked = { take: 0, release: 0 };
  private readonly sockets = new Set<Socket>();
  private readonly held: (() => void)[] = [];
  private server: Server | null = null;
  private port = 0;

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** On the port that it had before. */
  async open(): Promise<void> {
    this.server = createServer((socket) => this.serve(socket));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.server!, 'close');
    this.server!.close();
    for (const socket of this.sockets) socket.destroy();
    this.held.length = 0;
    await closed;
  }

  /** Answers all that has waited, then what comes. */
  goOn(): void {
    this.mode = 'serve';
    for (const answer of this.held.splice(0)) answer();
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let taken = readCommand(text); taken; taken = readCommand(text)) {
        text = text.slice(taken.length);
        const { words } = taken;
        this.note(words);
        const answer = (): void => void (socket.writable && socket.write(this.answerTo(words)));
        if (this.mode === 'stall') this.held.push(answer);
        else answer();
      }
    });
  }

  private note([, script = '']: readonly string[]): void {
    if (isOf(TAKE, script)) this.asked.take++;
    if (isOf(RELEASE, script)) this.asked.release++;
  }

  private answerTo([name = '', script = '', count = '0', ...rest]: readonly string[]): string {
    if (this.mode === 'error') return '-LOADING Redis is loading the dataset in memory\r\n';
    if (!/^eval/i.test(name)) return '+OK\r\n';
    if (!isOf(TAKE, script)) return ':1\r\n';
    const keys = Number(count);
    const [, , , ...demands] = rest.slice(keys);
    const each = Array.from({ length: keys }, (_, index) => (demands[index * 3 + 1] === '0' ? 0 : USED_HERE));
    const values = [1, ...each.flatMap((used) => [used, 0, 1_000, 1])];
    return `*${1 + keys * FIELDS}\r\n${values.map((value) => `:${value}\r\n`).join('')}`;
  }
}

/** The first command of the text as its words; null when it is not all there. Bytes are characters here. */
function readCommand(text: string): { words: string[]; length: number } | null {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (!head) return null;
  let at = head[0].length;
  const words: string[] = [];
  for (let left = Number(head[1]); left > 0; left--) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 16));
    if (!size) return null;
    const start = at + size[0].length;
    const end = start + Number(size[1]);
    if (text.length < end + 2) return null;
    words.push(text.slice(start, end));
    at = end + 2;
  }
  return { words, length: at };
}
