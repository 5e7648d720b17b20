import { canonicalJson } from './canonical-json.js';
import { type Fault, faultOf } from './fault.js';
import { sha256 } from './record.js';
import type { CheckpointStatement, Head } from './statements.js';

interface Anchor {
  readonly hash: string;
  /** Number of the checkpoint. */
  readonly number: number;
}

/** What checkpoints, whose signatures have been checked, say about the rows of chains. */
export class Anchors {
  private readonly anchors = new Map<string, Map<number, Anchor>>();
  private readonly newest = new Map<string, number>();
  private readonly checkpoints: CheckpointStatement[] = [];

  /** @param only keeps what is said of this chain; of all chains when left out */
  constructor(private readonly only: string | null = null) {}

  /** Takes the checkpoints in any order, some perhaps twice; tells where they contradict each other. */
  add(checkpoints: readonly CheckpointStatement[]): Fault | null {
    for (const each of [...checkpoints].sort((a, b) => a.number - b.number)) {
      const fault = this.addOne(each);
      if (fault) return fault;
    }
    return null;
  }

  at(chain: string, seq: number): Anchor | undefined {
    return this.anchors.get(chain)?.get(seq);
  }

  get last(): CheckpointStatement | undefined {
    return this.checkpoints.at(-1);
  }

  /** The newest head of each chain, of the checkpoints that are meant. */
  heads(isMeant: (checkpoint: CheckpointStatement) => boolean): Head[] {
    const newest = new Map<string, Head>();
    for (const { heads } of this.checkpoints.filter(isMeant))
      for (const head of this.kept(heads)) newest.set(head.chain, head);
    return [...newest.values()];
  }

  private addOne(checkpoint: CheckpointStatement): Fault | null {
    const { number, previous_hash: link, heads } = checkpoint;
    const before = this.last;
    if (before?.number === number)
      return canonicalJson(before) === canonicalJson(checkpoint)
        ? null
        : faultOf(`there are two different checkpoints ${number}`);
    if (before?.number === number - 1 && link !== sha256(canonicalJson(before)))
      return faultOf(`checkpoint ${number} does not continue checkpoint ${before.number}`);
    this.checkpoints.push(checkpoint);
    for (const { chain, seq, hash } of this.kept(heads)) {
      const known = this.anchors.get(chain) ?? new Map<number, Anchor>();
      this.anchors.set(chain, known);
      const last = this.newest.get(chain) ?? 0;
      if (seq < last) return { problem: `checkpoint ${number} goes back behind row ${last}`, chain, seq, id: null };
      const twice = known.get(seq);
      if (twice && twice.hash !== hash)
        return { problem: `checkpoints ${twice.number} and ${number} saw different rows`, chain, seq, id: null };
      this.newest.set(chain, seq);
      known.set(seq, { hash, number });
    }
    return null;
  }

  private kept(heads: readonly Head[]): readonly Head[] {
    return this.only === null ? heads : heads.filter(({ chain }) => chain === this.only);
  }
}
