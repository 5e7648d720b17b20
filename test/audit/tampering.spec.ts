import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuditRecord, chainOf } from '../../src/modules/audit/chain/record.js';
import { Signer } from '../../src/modules/audit/chain/signature.js';
import { checkpointOf, lastOf, link, type Log, logsUpTo, restamp, verify } from '../support/audit-log.js';

const RUNS = 1_000;
const logs = logsUpTo(20);
/** Far more than is needed, for machines that are busy. */
const TIMEOUT_MS = 180_000;
const FOREIGN = new Signer('a secret that the installation has never had');

/** What somebody with all rights on the database has made of the rows, and what must be named as the first bad row. */
interface Tampered {
  readonly rows: readonly AuditRecord[];
  readonly chain: string | null;
  readonly seq: number | null;
  readonly signer?: Signer;
  /** A row that must lie between the last one vouched for and the one that is named. */
  readonly culprit?: number;
}

/** Makes one kind of tampering out of a log and some random numbers; null when the log is too small for it. */
type Tampering = (log: Log, pick: readonly [number, number]) => Tampered | null;

const at = <T>(items: readonly T[], pick: number): T => items[pick % items.length]!;
const place = (row: AuditRecord): Pick<Tampered, 'chain' | 'seq'> => ({ chain: chainOf(row), seq: row.chain_seq! });
const without = (rows: readonly AuditRecord[], gone: ReadonlySet<AuditRecord>): AuditRecord[] =>
  rows.filter((row) => !gone.has(row));
const ofChain = (rows: readonly AuditRecord[], chain: string): AuditRecord[] =>
  rows.filter((row) => chainOf(row) === chain);

/** Some change of a row that leaves its place and its hash. */
function edited(row: AuditRecord, pick: number): AuditRecord {
  const changes: ((row: AuditRecord) => Partial<AuditRecord>)[] = [
    () => ({ action: 'team.delete' }),
    ({ at: time }) => ({ at: new Date(Date.parse(String(time)) + 1).toISOString() }),
    ({ actor_name: name }) => ({ actor_name: `${String(name)} ` }),
    ({ changes: list }) => ({ changes: [...(list as unknown[]), null] }),
    () => ({ added_field: null }),
    ({ id }) => ({ id: `${id}x` }),
  ];
  return { ...row, ...at(changes, pick)(row) };
}

/** A row in the middle of a chain: there is one after it. */
const inner = (rows: readonly AuditRecord[], pick: number): AuditRecord | null => {
  const candidates = rows.filter((row) => lastOf(rows, chainOf(row)) !== row);
  return candidates.length > 0 ? at(candidates, pick) : null;
};

const KINDS: Readonly<Record<string, Tampering>> = {
  'a changed row': ({ rows }, [which, how]) => {
    const row = at(rows, which);
    return { rows: rows.map((each) => (each === row ? edited(row, how) : each)), ...place(row) };
  },
  'a deleted row': ({ rows }, [which]) => {
    const row = inner(rows, which);
    return row && { rows: without(rows, new Set([row])), ...place(row) };
  },
  'an inserted row': ({ rows }, [which, how]) => {
    const before = inner(rows, which);
    if (!before) return null;
    const forged = link({ ...edited(before, how), id: 'aud_forged' }, before);
    const index = rows.indexOf(before) + 1;
    return { rows: [...rows.slice(0, index), forged, ...rows.slice(index)], ...place(forged) };
  },
  'two rows that changed places': ({ rows }, [which, other]) => {
    const first = inner(rows, which);
    if (!first) return null;
    const second = at(
      ofChain(rows, chainOf(first)).filter((row) => row.chain_seq! > first.chain_seq!),
      other,
    );
    const swapped = rows.map((row) => (row === first ? second : row === second ? first : row));
    return { rows: swapped, ...place(first) };
  },
  'a duplicated row': ({ rows }, [which, where]) => {
    const row = at(rows, which);
    const index = rows.indexOf(row) + 1;
    const target = index + (where % (rows.length - index + 1));
    return { rows: [...rows.slice(0, target), row, ...rows.slice(target)], ...place(row) };
  },
  'a cut tail': ({ rows }, [which, many]) => {
    const chain = chainOf(at(rows, which));
    const own = ofChain(rows, chain);
    const kept = many % own.length;
    return { rows: without(rows, new Set(own.slice(kept))), ...place(own[kept]!) };
  },
  'a chain that was stamped anew': ({ rows, checkpoints }, [which, how]) => {
    const row = at(rows, which);
    const changed = rows.map((each) => (each === row ? edited(row, how) : each));
    const { chain, seq: culprit } = place(row);
    const heads = checkpoints.flatMap(({ statement }) => statement.heads.filter((head) => head.chain === chain));
    const seq = heads.find((head) => head.seq >= culprit!)!.seq;
    return { rows: restamp(changed, chain!), chain, seq, culprit: culprit! };
  },
  'a cut head, or foreign signatures': ({ rows }, [which, many]) => {
    if (many % 2 === 0) return { rows, chain: null, seq: null, signer: FOREIGN };
    const own = ofChain(rows, chainOf(at(rows, which)));
    return { rows: without(rows, new Set(own.slice(0, 1 + (many % own.length)))), chain: chainOf(own[0]!), seq: 1 };
  },
};

const picks = fc.tuple(fc.nat(), fc.nat());

describe('the verifier', () => {
  it(
    `finds nothing wrong with ${RUNS} logs that nobody touched`,
    async () => {
      await fc.assert(
        fc.asyncProperty(logs, async ({ rows, checkpoints }) => {
          const outcome = await verify(rows, checkpoints);
          expect(outcome).toMatchObject({ verdict: 'ok', fault: null, rows: rows.length, unanchored: [], notes: [] });
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it.each(Object.entries(KINDS))(
    `finds %s in ${RUNS} of ${RUNS} logs, and names the first bad row`,
    async (_, tamper) => {
      let found = 0;
      await fc.assert(
        fc.asyncProperty(logs, picks, async (log, pick) => {
          const tampered = tamper(log, pick);
          fc.pre(tampered !== null);
          const { chain, seq, signer, culprit } = tampered;
          const { verdict, fault } = await verify(tampered.rows, log.checkpoints, { signer });
          expect({ verdict, chain: fault?.chain, seq: fault?.seq }).toEqual({ verdict: 'tampered', chain, seq });
          if (chain === null) expect(fault!.problem).toContain('foreign key');
          if (culprit !== undefined) {
            const vouched = Number(/after row (\d+)/.exec(fault!.problem)?.[1] ?? 0);
            expect(culprit > vouched && culprit <= fault!.seq!).toBe(true);
          }
          found++;
        }),
        { numRuns: RUNS },
      );
      expect(found).toBe(RUNS);
    },
    TIMEOUT_MS,
  );

  it('is not deceived by a chain that was stamped anew together with its checkpoints', async () => {
    const [log] = fc.sample(logs, { numRuns: 1, seed: 1 });
    const { rows, checkpoints } = log!;
    const forged = restamp(rows.with(0, edited(rows[0]!, 0)), chainOf(rows[0]!));
    const own = [checkpointOf(forged, [], FOREIGN)];
    const { verdict, fault } = await verify(forged, own, { signer: FOREIGN });
    expect([verdict, fault?.problem]).toEqual(['tampered', expect.stringContaining('foreign key')]);
    expect((await verify(forged, checkpoints)).verdict).toBe('tampered');
    // Who trusts no key in particular is told that nothing is certain.
    const trusting = await verify(forged, own, { signer: FOREIGN, keys: [] });
    expect(trusting).toMatchObject({ verdict: 'unanchored', notes: [expect.stringContaining('--public-key')] });
  });
});
