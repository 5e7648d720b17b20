import { chainName } from './record.js';

/** The first thing found that cannot be as it was written. */
export interface Fault {
  readonly problem: string;
  /** Null when no row is at fault but a signed statement. */
  readonly chain: string | null;
  /** Place in the chain of the first bad row, also when what is wrong is that it is missing. */
  readonly seq: number | null;
  /** The row found in that place, if there is one. */
  readonly id: string | null;
}

/** A fault of the file or of a statement in it, rather than of a row. */
export const faultOf = (problem: string): Fault => ({ problem, chain: null, seq: null, id: null });

export function faultText({ problem, chain, seq, id }: Fault): string {
  if (chain === null) return problem;
  return `row ${seq} of the chain of ${chainName(chain)}${id === null ? '' : ` (${id})`}: ${problem}`;
}
