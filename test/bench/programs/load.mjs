/**
 * Load on one or more servers, from bare sockets. Each message is an order; each answer to it has the figures.
 *
 * An order: `targets` [{port, path, headers, body}], which connections take in turn; `connections`; then either
 * `durationMs` or `count` of requests; `rate` in requests a second, or none for as fast as answers come.
 */
import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKS_END = '\r\n0\r\n\r\n';
const STRAGGLERS_MS = 10_000;
const MAX_WORDS = 300;

const requestBytes = ({ path, headers, body, port }) => {
  const all = { host: `127.0.0.1:${port}`, 'content-type': 'application/json', ...headers };
  const lines = Object.entries({ ...all, 'content-length': Buffer.byteLength(body) });
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
};

/** One connection: sends a request, reads its answer to the end, and tells. */
class Connection {
  parts = [];
  bytes = 0;
  needed = -1;
  tail = '';
  sentMs = 0;

  constructor(target, onAnswer) {
    this.request = requestBytes(target);
    this.onAnswer = onAnswer;
    this.socket = connect({ port: target.port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (part) => this.take(part));
    this.socket.on('error', (error) => this.end(`broken: ${error.message}`));
    this.socket.on('close', () => this.end('closed'));
  }

  send() {
    this.sentMs = performance.now();
    this.socket.write(this.request);
  }

  close() {
    this.sentMs = 0;
    this.socket.destroy();
  }

  take(part) {
    this.parts.push(part);
    this.bytes += part.length;
    if (this.needed === -1) this.readHead();
    if (this.needed >= 0 && this.bytes >= this.needed) return this.end(null);
    if (this.needed !== -2) return undefined;
    this.tail = (this.tail + part.latin1Slice(Math.max(part.length - CHUNKS_END.length, 0))).slice(-CHUNKS_END.length);
    return this.tail === CHUNKS_END ? this.end(null) : undefined;
  }

  /** Finds out how long the answer is: -2 for one that comes in chunks. */
  readHead() {
    const start = this.whole();
    const end = start.indexOf(HEAD_END);
    if (end < 0) return;
    const length = LENGTH.exec(start.latin1Slice(0, end))?.[1];
    this.needed = length === undefined ? -2 : end + HEAD_END.length + Number(length);
  }

  whole() {
    if (this.parts.length > 1) this.parts = [Buffer.concat(this.parts)];
    return this.parts[0];
  }

  end(trouble) {
    if (this.sentMs === 0) return;
    const ms = performance.now() - this.sentMs;
    const answer = trouble === null ? this.whole() : null;
    this.sentMs = 0;
    [this.parts, this.bytes, this.needed, this.tail] = [[], 0, -1, ''];
    this.onAnswer(this, ms, trouble ?? wrongIn(answer));
  }
}

/** What is wrong with an answer; null for one that is as it should be. A stream must have come to its end mark. */
function wrongIn(answer) {
  const isGood = answer.latin1Slice(9, 12) === '200';
  const isWhole = !answer.includes('text/event-stream') || answer.includes('data: [DONE]');
  return isGood && isWhole ? null : answer.toString('utf8', 0, MAX_WORDS);
}

const quantile = (sorted, share) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? null;

function figuresOf({ latencies, wrong, words }, seconds) {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share) => quantile(sorted, share);
  return { answers: latencies.length, wrong, words, seconds, p50: at(0.5), p99: at(0.99), most: at(1) };
}

async function run({ targets, connections, durationMs = Infinity, count = Infinity, rate = null }) {
  const outcome = { latencies: [], wrong: 0, words: null };
  const startedMs = performance.now();
  const deadlineMs = startedMs + durationMs;
  let sent = 0;
  let open = 0;
  const idle = [];
  const mayGo = () => sent < count && performance.now() < deadlineMs;
  const send = (connection) => {
    sent += 1;
    open += 1;
    connection.send();
  };
  const onAnswer = (connection, ms, wrong) => {
    open -= 1;
    if (wrong === null) outcome.latencies.push(ms);
    else outcome.wrong += 1;
    outcome.words ??= wrong;
    if (rate === null && wrong === null && mayGo()) send(connection);
    else idle.push(connection);
  };
  const all = Array.from(
    { length: connections },
    (_, index) => new Connection(targets[index % targets.length], onAnswer),
  );
  if (rate === null) all.forEach(send);
  else {
    idle.push(...all);
    await sendAtRate(rate, { startedMs, mayGo, next: () => idle.length > 0 && send(idle.shift()) });
  }
  while (open > 0 && performance.now() < deadlineMs + STRAGGLERS_MS) await pause(2);
  const seconds = (Math.min(performance.now(), deadlineMs) - startedMs) / 1_000;
  for (const each of all) each.close();
  return { ...figuresOf(outcome, seconds), unanswered: open };
}

/** Requests go out when they are due, whether earlier ones were answered or not. */
async function sendAtRate(rate, { startedMs, mayGo, next }) {
  for (let due = startedMs; mayGo(); await pause(1)) for (; due <= performance.now(); due += 1_000 / rate) next();
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

process.on('message', (order) => void run(order).then((figures) => process.send(figures)));
process.once('disconnect', () => process.exit(0));
process.send({ port: 0 });
