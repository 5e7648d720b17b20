import type { Anchors } from './anchors.js';
import type { Fault } from './fault.js';
import { type AuditRecord, chainOf, GENESIS, recordHash } from './record.js';
import type { Head } from './statements.js';

interface ChainState {
  /** Place and hash of the last row seen. */
  seq: number;
  hash: string;
  /** The last row that a checkpoint vouches for, and so for all rows before it. */
  anchoredTo: number;
}

/**
 * Follows chains row by row and stops at the first that cannot be as it was written. Knows of each chain only its last
 * row, so a log of any length can be verified. Rows come in the order in which they were written.
 */
export class ChainVerifier {
  readonly chains = new Map<string, ChainState>();
  /** Rows seen so far, those older than the chain among them. */
  rows = 0;
  unchained = 0;

  /** @param isPartial rows may be missing, because a filter left them out */
  constructor(
    private readonly anchors: Anchors,
    private readonly isPartial = false,
  ) {}

  /** Null when the row fits. */
  add(record: AuditRecord): Fault | null {
    const chain = chainOf(record);
    const state = this.chains.get(chain) ?? { seq: 0, hash: GENESIS, anchoredTo: 0 };
    const { chain_seq: seq, previous_hash: link, hash, id } = record;
    this.rows++;
    if (seq === undefined && link === undefined && hash === undefined) {
      this.unchained++;
      return state.seq === 0 ? null : fault(chain, state.seq + 1, id, 'it has no place in the chain');
    }
    const problem = this.problemOf(state, record);
    if (problem) return fault(chain, this.placeOf(state, seq), id, problem);
    const anchor = this.anchors.at(chain, seq!);
    if (anchor && anchor.hash !== hash)
      return fault(chain, seq!, id, `checkpoint ${anchor.number} saw another; ${since(state.anchoredTo)}`);
    this.chains.set(chain, { seq: seq!, hash: hash!, anchoredTo: anchor ? seq! : state.anchoredTo });
    return null;
  }

  /** Compares the end of the chains with heads that they are known to have reached. */
  endsAt(heads: readonly Head[]): Fault | null {
    if (this.isPartial) return null;
    for (const { chain, seq } of heads) {
      const seen = this.chains.get(chain)?.seq ?? 0;
      if (seen < seq) return fault(chain, seen + 1, null, `it is missing, as is all up to row ${seq}`);
    }
    return null;
  }

  private problemOf(state: ChainState, record: AuditRecord): string | null {
    const { chain_seq: seq, previous_hash: link, hash } = record;
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) return 'its place in the chain is no whole number';
    if (seq <= state.seq) return `it comes after row ${state.seq}`;
    const expected = state.seq + 1;
    if (seq > expected && !this.isPartial) return `row ${seq} stands in its place`;
    if (seq === expected && link !== state.hash) return `it does not continue row ${state.seq} as that is now`;
    return recordHash(record) === hash ? null : 'its content is not what its hash was made of';
  }

  /** A gap is named by the first row that is missing. */
  private placeOf(state: ChainState, seq: unknown): number {
    const expected = state.seq + 1;
    return typeof seq !== 'number' || (seq > expected && !this.isPartial) ? expected : seq;
  }
}

const fault = (chain: string, seq: number, id: string | null, problem: string): Fault => ({ problem, chain, seq, id });

const since = (anchored: number): string =>
  anchored === 0 ? 'it or a row before it was changed' : `it or a row after row ${anchored} was changed`;
