import type { BillEntry, VendorServer } from '../../support/vendor-server.js';
import type { Place } from './place.js';

/** Prices of makeWorld, in nano-dollars a token. */
const IN = 3_000n;
const OUT = 15_000n;

const RUNNING_MS = 10_000;

interface CallRow {
  readonly id: string;
  readonly state: string;
  readonly source: 'vendor' | 'estimated' | null;
  readonly charged: string;
  readonly overrun: string;
  readonly postings: number;
}

const CALLS = `
  SELECT c.id, c.state, c.usage_source AS source, c.charged_cost AS charged, c.overrun,
    (SELECT count(*)::int FROM ledger_txs t WHERE t.call_id = c.id AND t.kind = 'call_usage') AS postings
  FROM calls c`;
const HELD = `
  SELECT (SELECT coalesce(sum(held), 0) FROM accounts) + (SELECT coalesce(sum(held), 0) FROM limit_windows)
    + (SELECT count(*) FROM calls WHERE state = 'reserved') AS held`;

/** What the vendor's own bill and the ledger say of the same calls. */
export interface Comparison {
  readonly calls: number;
  /** On the vendor's bill, and not in the ledger. */
  readonly lost: string[];
  /** On the vendor's bill twice, or posted twice. */
  readonly doubled: string[];
  readonly sentButVoided: string[];
  readonly neverSentButCharged: string[];
  /** Charged by the vendor's word, and those that differ from the vendor's bill. */
  readonly exact: number;
  readonly wrong: string[];
  readonly aboveHold: string[];
  /** Charged by estimate, and their sums in nano-dollars. */
  readonly estimated: number;
  readonly billed: bigint;
  readonly charged: bigint;
  readonly stillHeld: string;
  readonly problems: string[];
}

const costOfEntry = ({ promptTokens, completionTokens }: BillEntry): bigint =>
  BigInt(promptTokens) * IN + BigInt(completionTokens) * OUT;

/** @param place all of whose calls went to this vendor alone */
export async function compare(vendor: VendorServer, place: Place): Promise<Comparison> {
  await billIsFinal(vendor);
  const rows = new Map((await place.query<CallRow>(CALLS)).map((row) => [row.id, row]));
  const entries = new Map(vendor.bill.map((entry) => [entry.requestId, entry]));
  const ids = (of: Iterable<CallRow>, isMeant: (row: CallRow, entry: BillEntry | undefined) => boolean): string[] =>
    [...of].filter((row) => isMeant(row, entries.get(row.id))).map(({ id }) => id);
  const all = [...rows.values()];
  const exact = all.filter(({ source }) => source === 'vendor');
  const estimates = all.filter(({ source, id }) => source === 'estimated' && entries.has(id));
  const sum = (of: readonly CallRow[], value: (row: CallRow) => bigint): bigint =>
    of.reduce((total, row) => total + value(row), 0n);
  const twice = vendor.bill.map(({ requestId }) => requestId).filter((id, index, list) => list.indexOf(id) !== index);
  const problems = await place.query<{ text: string }>(
    "SELECT concat_ws(' ', problem, subject, expected, actual) AS text FROM ledger_audit() LIMIT 20",
  );
  return {
    calls: all.length,
    lost: [...entries.keys()].filter((id) => !rows.has(id) || rows.get(id)!.state === 'reserved'),
    doubled: [...twice, ...ids(all, ({ postings }) => postings > 1)],
    sentButVoided: ids(all, ({ state }, entry) => state === 'voided' && entry !== undefined),
    neverSentButCharged: ids(all, ({ charged }, entry) => charged !== '0' && entry === undefined),
    exact: exact.length,
    wrong: ids(exact, ({ charged }, entry) => !entry || BigInt(charged) !== costOfEntry(entry)),
    aboveHold: ids(all, ({ overrun }) => overrun !== '0'),
    estimated: estimates.length,
    billed: sum(estimates, ({ id }) => costOfEntry(entries.get(id)!)),
    charged: sum(estimates, ({ charged }) => BigInt(charged)),
    stillHeld: (await place.query<{ held: string }>(HELD))[0]!.held,
    problems: problems.map(({ text }) => text),
  };
}

/** Every exchange is over once its connection has closed. */
async function billIsFinal(vendor: VendorServer): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the vendor still serves calls of nobody')), RUNNING_MS);
  });
  await Promise.race([Promise.all(vendor.requests.map(({ ended }) => ended)), late]).finally(() => clearTimeout(timer));
}

/** Charged to billed of the calls whose usage is an estimate, in percent; null when there is none. */
export const percentCharged = ({ billed, charged }: Comparison): number | null =>
  billed === 0n ? null : Number((charged * 100_000n) / billed) / 1_000;

/**
 * Everything that must be zero is.
 * @param mostUnsent how many calls may be charged that the vendor never heard of
 */
export const isSound = (is: Comparison, mostUnsent = 0): boolean =>
  [is.lost, is.doubled, is.sentButVoided, is.wrong, is.aboveHold, is.problems].every((list) => list.length === 0) &&
  is.neverSentButCharged.length <= mostUnsent &&
  is.stillHeld === '0';

const usd = (nanos: bigint): string => (Number(nanos / 1_000n) / 1_000_000).toFixed(6);

/** The table "vendor's bill against ledger". */
export function tableOf(is: Comparison): string[] {
  const some = (list: readonly string[]): string =>
    `${list.length}${list.length > 0 ? ` (${list.slice(0, 3).join(', ')})` : ''}`;
  const percent = percentCharged(is);
  return [
    "vendor's bill against ledger",
    `  calls in the ledger                ${is.calls}`,
    `  lost                               ${some(is.lost)}`,
    `  charged or sent twice              ${some(is.doubled)}`,
    `  sent but voided                    ${some(is.sentButVoided)}`,
    `  never sent but charged             ${some(is.neverSentButCharged)}`,
    `  finished, exact to the nano-dollar ${is.exact - is.wrong.length} of ${is.exact}${is.wrong.length > 0 ? ` (${is.wrong.slice(0, 3).join(', ')})` : ''}`,
    `  by estimate                        ${is.estimated}: billed ${usd(is.billed)}, charged ${usd(is.charged)} USD${percent === null ? '' : ` (${percent} %)`}`,
    `  above their hold                   ${some(is.aboveHold)}`,
    `  still held                         ${is.stillHeld}`,
    `  problems of the auditor            ${some(is.problems)}`,
  ];
}
