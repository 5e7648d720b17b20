/**
 * A vendor that takes its time: a chunk every 100 ms, each with the instant at which it left, by a clock that all
 * processes of a machine share. It answers the order {mark} with the instant at which the caller of that mark was gone.
 */
import { createServer } from 'node:http';

const PACE_MS = 100;
const CHUNKS = 10;
const MARK = /mark-([0-9a-f]+)/;

const NAME = { id: 'chatcmpl-pace', object: 'chat.completion.chunk', created: 1_750_000_000, model: 'bench-model' };
const now = () => process.hrtime.bigint();
const event = (delta, more = {}) =>
  `data: ${JSON.stringify({ ...NAME, choices: [{ index: 0, delta, finish_reason: null, ...more.choice }], ...more.chunk })}\n\n`;
const LAST = event(
  {},
  {
    choice: { finish_reason: 'stop' },
    chunk: { usage: { prompt_tokens: 120, completion_tokens: CHUNKS, total_tokens: 120 + CHUNKS } },
  },
);

/** When each mark's caller left. */
const gone = new Map();
const waiting = new Map();

function left(mark) {
  const at = String(now());
  const tell = waiting.get(mark);
  waiting.delete(mark);
  if (tell) tell(at);
  else gone.set(mark, at);
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text) => (body += text));
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    let sent = 0;
    const timer = setInterval(() => {
      sent += 1;
      if (sent <= CHUNKS) return response.write(event({ content: `<${now()}>` }));
      clearInterval(timer);
      return response.end(`${LAST}data: [DONE]\n\n`);
    }, PACE_MS);
    response.once('close', () => {
      clearInterval(timer);
      const mark = MARK.exec(body)?.[1];
      if (mark && !response.writableEnded) left(mark);
    });
  });
});

process.on('message', ({ mark }) => {
  const tell = (at) => process.send({ at });
  if (gone.has(mark)) tell(gone.get(mark));
  else waiting.set(mark, tell);
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.once('disconnect', () => process.exit(0));
