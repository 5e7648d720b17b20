import { productSide } from '../support/bench.mjs';
import { residentMb } from '../support/processes.mjs';
import { median } from '../support/rounds.mjs';
import { mb } from '../support/table.mjs';

const CHUNKS = 5;
const CONNECTIONS = 32;
const PARTS = 20;
/** Whatever a garbage collector leaves lying about from one look to the next. */
const MOST_GROWTH = 1.1;

/** P04: memory after some calls and after very many. */
export async function memory({ load, site, streams }) {
  const { targets, pids } = productSide(site, { chunks: CHUNKS });
  const looks = [];
  for (let part = 0; part < PARTS; part++) {
    const { wrong, words } = await load.order({ targets, connections: CONNECTIONS, count: streams / PARTS });
    if (wrong > 0) throw new Error(`streams went wrong: ${words}`);
    looks.push(residentMb(pids[0]));
  }
  const [early, late] = [looks.slice(2, 7), looks.slice(-5)].map(median);
  return [
    {
      id: 'P04',
      what: `memory early and late in ${streams.toLocaleString('en')} streamed calls`,
      figure: `${mb(early)}, ${mb(late)}`,
      target: `<= ${MOST_GROWTH} x`,
      isMet: early === null ? null : late <= early * MOST_GROWTH,
    },
  ];
}
