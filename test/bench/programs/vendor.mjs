/**
 * A vendor that costs next to nothing: it speaks HTTP on bare sockets, and its answers lie ready as bytes. A stream has
 * as many chunks as the request may have tokens, at most MAX_CHUNKS, and goes out at once: whoever passes it on is what
 * is measured, not its pace.
 */
import { createServer } from 'node:net';

const MAX_CHUNKS = 50;
const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const BOUND = /"max_(?:completion_)?tokens": *(\d+)/;

const json = (value) => JSON.stringify(value);
const NAME = { id: 'chatcmpl-bench0000000000000000000000', created: 1_750_000_000, model: 'bench-model' };
const usage = (output) => ({ prompt_tokens: 120, completion_tokens: output, total_tokens: 120 + output });

const WHOLE = wholeAnswer();
const STREAMS = Array.from({ length: MAX_CHUNKS + 1 }, (_, chunks) => streamedAnswer(chunks));

function wholeAnswer() {
  const content = 'lorem ipsum dolor sit amet '.repeat(15);
  const choices = [{ index: 0, message: { role: 'assistant', content }, logprobs: null, finish_reason: 'stop' }];
  const body = json({ ...NAME, object: 'chat.completion', choices, usage: usage(80) });
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

function streamedAnswer(chunks) {
  const chunk = (delta, more) => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: more ? 'stop' : null }];
    return `data: ${json({ ...NAME, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
  };
  const events = Array.from({ length: Math.max(chunks - 1, 0) }, (_, index) => chunk({ content: ` tok${index}` }));
  events.push(chunk({}, { usage: usage(chunks) }), 'data: [DONE]\n\n');
  const pieces = events.map((event) => `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`).join('');
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
  return Buffer.from(`${head}${pieces}0\r\n\r\n`);
}

/** The first request of the bytes, as its answer and where it ends; null while it is not whole. */
function firstOf(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const start = headEnd + HEAD_END.length;
  const length = LENGTH.exec(bytes.latin1Slice(0, headEnd))?.[1];
  // Without a length the body comes in chunks.
  const end = length === undefined ? bytes.indexOf('0\r\n\r\n', start) + 5 : start + Number(length);
  if (end < start || bytes.length < end) return null;
  const body = bytes.latin1Slice(start, end);
  if (!body.includes('"stream":true')) return { end, answer: WHOLE };
  return { end, answer: STREAMS[Math.min(Number(BOUND.exec(body)?.[1] ?? MAX_CHUNKS), MAX_CHUNKS)] };
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest = null;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    rest = rest ? Buffer.concat([rest, bytes]) : bytes;
    for (let first; rest && (first = firstOf(rest));) {
      socket.write(first.answer);
      rest = first.end < rest.length ? rest.subarray(first.end) : null;
    }
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.once('disconnect', () => process.exit(0));
