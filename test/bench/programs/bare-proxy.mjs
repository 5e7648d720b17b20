/** The least that a proxy on Node.js can do: Fastify takes the request, undici passes it on. It keeps no account. */
import Fastify from 'fastify';
import { Pool } from 'undici';

const app = Fastify({ logger: false, bodyLimit: 20_000_000 });
const vendor = new Pool(process.env.VENDOR_URL, { connections: 1_024, pipelining: 1 });
const headers = { 'content-type': 'application/json', authorization: 'Bearer vendor-key' };

app.removeContentTypeParser('application/json');
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

app.post('/v1/chat/completions', async (request, reply) => {
  const answer = await vendor.request({ path: '/v1/chat/completions', method: 'POST', headers, body: request.body });
  const type = String(answer.headers['content-type']);
  if (type.startsWith('text/event-stream')) return passOn(reply, answer);
  const body = Buffer.from(await answer.body.arrayBuffer());
  return reply.code(answer.statusCode).header('content-type', 'application/json').send(body);
});

async function passOn(reply, answer) {
  reply.hijack();
  reply.raw.writeHead(answer.statusCode, { 'content-type': 'text/event-stream' });
  for await (const chunk of answer.body) reply.raw.write(chunk);
  reply.raw.end();
}

await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
process.once('disconnect', () => process.exit(0));
