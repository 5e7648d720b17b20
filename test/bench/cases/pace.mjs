import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { startSite } from '../support/bench.mjs';
import { apiCall, APIS } from '../support/calls.mjs';
import { startProgram } from '../support/programs.mjs';
import { median } from '../support/rounds.mjs';
import { ms } from '../support/table.mjs';

const STREAMS_TOGETHER = 8;
const ROUNDS = 2;
const LEAVERS = 8;
const CHUNKS_BEFORE_LEAVING = 3;
const MOST_MS = { follow: 20, leave: 250 };
const STAMP = /<(\d+)>/g;

/** How soon a chunk of a slow vendor is with the client, and how soon a vendor learns that the client has left. */
export async function pace(bench) {
  const vendor = await startProgram('paced-vendor');
  try {
    const site = await startSite({ ...bench, vendorUrl: `http://127.0.0.1:${vendor.port}` });
    try {
      const rows = [];
      for (const api of APIS) rows.push(...(await measured(api, site, vendor)));
      return rows;
    } finally {
      await site.stop();
    }
  } finally {
    await vendor.stop();
  }
}

async function measured(api, { products, tenants }, vendor) {
  const call = (words) => apiCall(api, products[0], tenants[0], { chunks: 50, words });
  await stream(call(''));
  const delays = [];
  for (let round = 0; round < ROUNDS; round++)
    for (const each of await together(STREAMS_TOGETHER, () => stream(call('')))) delays.push(...each);
  const leavings = await together(LEAVERS, async () => {
    const mark = randomBytes(6).toString('hex');
    const leftAt = await leave(call(`mark-${mark}`));
    return { mark, leftAt };
  });
  const waits = [];
  for (const { mark, leftAt } of leavings) waits.push(msBetween(leftAt, BigInt((await vendor.order({ mark })).at)));
  const follow = median(delays);
  const slowest = Math.max(...waits);
  return [
    {
      id: 'first byte',
      what: `${api}: a chunk every 100 ms is with the client after (median of ${delays.length}; longest ${ms(Math.max(...delays))})`,
      figure: ms(follow),
      target: `<= ${ms(MOST_MS.follow)}`,
      isMet: follow <= MOST_MS.follow,
    },
    {
      id: 'leaving',
      what: `${api}: a client that leaves is gone for the vendor after (longest of ${waits.length})`,
      figure: ms(slowest),
      target: `<= ${ms(MOST_MS.leave)}`,
      isMet: slowest <= MOST_MS.leave,
    },
  ];
}

const together = (count, work) => Promise.all(Array.from({ length: count }, work));
const now = () => process.hrtime.bigint();
const msBetween = (from, to) => Number(to - from) / 1e6;

/** Reads a stream to its end. @returns for each chunk, how many ms after the vendor's it came */
function stream(call) {
  const delays = new Map();
  return new Promise((resolve, reject) => {
    const client = send(call, reject, (response) => {
      response.on('data', (text) => {
        const at = now();
        // Some APIs repeat the whole text at the end: what came first counts.
        for (const [, stamp] of text.matchAll(STAMP))
          if (!delays.has(stamp)) delays.set(stamp, msBetween(BigInt(stamp), at));
      });
      response.on('end', () =>
        delays.size > 0 ? resolve([...delays.values()]) : reject(new Error('a stream had no chunk')),
      );
    });
    client.end(call.body);
  });
}

/** Leaves a stream after some chunks. @returns when */
function leave(call) {
  return new Promise((resolve, reject) => {
    const client = send(call, reject, (response) => {
      let chunks = 0;
      response.on('error', () => undefined); // What ends the stream is that we leave it.
      response.on('data', (text) => {
        chunks += [...text.matchAll(STAMP)].length;
        if (chunks < CHUNKS_BEFORE_LEAVING) return;
        resolve(now());
        client.destroy();
      });
    });
    client.end(call.body);
  });
}

function send({ port, path, headers, body }, reject, onAnswer) {
  const all = { 'content-type': 'application/json', ...headers, 'content-length': Buffer.byteLength(body) };
  const client = request({ port, host: '127.0.0.1', method: 'POST', path, headers: all, agent: false }, (response) => {
    response.setEncoding('utf8');
    if (response.statusCode === 200) return onAnswer(response);
    return reject(new Error(`${path}: ${response.statusCode}`));
  });
  client.on('error', (error) => error.code !== 'ECONNRESET' && reject(error));
  return client;
}
