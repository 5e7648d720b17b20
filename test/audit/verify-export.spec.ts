import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from '../../src/modules/audit/chain/lines.js';
import { chainOf } from '../../src/modules/audit/chain/record.js';
import { parsePublicKey, pemOf } from '../../src/modules/audit/chain/signature.js';
import { type Evidence, type Outcome, verifyExport } from '../../src/modules/audit/chain/verify-export.js';
import { canonicalJson } from '../../src/modules/audit/chain/canonical-json.js';
import { exportOf, logsUpTo, SIGNER, verify } from '../support/audit-log.js';

const log = fc.sample(logsUpTo(60), { numRuns: 50, seed: 7 }).find(({ rows }) => rows.length > 30)!;
const kept = log.checkpoints.map((each) => canonicalJson(each));
const lines = exportOf(log.rows, { checkpoint: log.checkpoints.length, filter: {}, signer: SIGNER });

const check = (rows: readonly string[], evidence: Partial<Evidence> = {}): Promise<Outcome> =>
  verifyExport({ rows, checkpoints: kept, keys: [SIGNER.publicKey], ...evidence });

describe('an export that was touched as a file', () => {
  const [opening, first, ...rest] = lines as [string, string, ...string[]];
  const last = lines.at(-1)!;

  it.each<[string, readonly string[], RegExp]>([
    ['without its end', lines.slice(0, -1), /cut off after line \d+: its closing/],
    ['cut in the middle of a row', [opening, first.slice(0, -9)], /line 2 is neither a row nor a statement/],
    ['without its opening', lines.slice(1), /opening statement is missing/],
    ['with lines after its end', [...lines, first], /stands after the closing statement/],
    ['with a blank line', [opening, '', first, ...rest], /line 2 is neither/],
    ['with a member twice', [opening, first.replace('{', '{"action":"team.read",'), ...rest], /line 2 is not written/],
    ['with spaces', [opening, first.replace(',', ', '), ...rest], /line 2 is not written/],
    ['with the end of another', [opening, last], /it is missing, as is all up to row/],
    [
      'with an opening that was edited',
      [opening.replace('"filter":{}', '"filter":{"search":"x"}'), first, ...rest],
      /valid signature/,
    ],
    ['with a nest of brackets', [opening, '['.repeat(50_000), ...rest], /line 2 is neither/],
  ])('is found: %s', async (_name, touched, problem) => {
    const { verdict, fault } = await check(touched);
    expect([verdict, fault?.problem]).toEqual(['tampered', expect.stringMatching(problem)]);
  });

  it('is found when rows are missing that no checkpoint has seen', async () => {
    const { verdict, fault } = await check(lines.toSpliced(-2, 1), { checkpoints: null });
    expect([verdict, fault?.problem]).toEqual(['tampered', expect.stringMatching(/it is missing/)]);
    expect(fault).toMatchObject({ chain: chainOf(log.rows.at(-1)!), seq: log.rows.at(-1)!.chain_seq });
  });

  it.each([
    ['nothing', [], /empty/],
    ['a list', ['[1]'], /no export/],
    ['no JSON', ['at,organization_id,actor_kind'], /no export/],
  ])('cannot be read when it holds %s', async (_name, touched, problem) => {
    await expect(check(touched)).rejects.toThrow(problem);
  });
});

describe('what is not certain', () => {
  const since1 = [...new Set(log.rows.map(chainOf))].map((chain) => ({ chain, since: 1 }));

  it('without checkpoints: unanchored since the first row, not ok', async () => {
    const outcome = await check(lines, { checkpoints: null });
    expect(outcome).toMatchObject({ verdict: 'unanchored', fault: null, rows: log.rows.length });
    expect(outcome.unanchored).toEqual(since1);
  });

  it('after the last checkpoint: unanchored since there', async () => {
    const early = log.checkpoints.slice(0, -1);
    const rows = exportOf(log.rows, { checkpoint: early.length, filter: {}, signer: SIGNER });
    const { verdict, unanchored } = await check(rows, { checkpoints: early.map((each) => canonicalJson(each)) });
    const reached = new Map(early.flatMap(({ statement }) => statement.heads.map(({ chain, seq }) => [chain, seq])));
    expect(verdict).toBe('unanchored');
    for (const { chain, since } of unanchored) expect(since).toBe((reached.get(chain) ?? 0) + 1);
    expect(unanchored.length).toBeGreaterThan(0);
  });

  it('without a key that is trusted', async () => {
    expect(await check(lines, { keys: [] })).toMatchObject({
      verdict: 'unanchored',
      notes: [expect.stringMatching(/nobody vouches for the key SHA256:/)],
    });
  });

  it('in a filtered export: missing rows are no fault, changed ones are', async () => {
    const some = log.rows.filter((_row, index) => index % 3 > 0);
    const filter = { actions: ['team.update'] };
    expect(await verify(some, log.checkpoints, { filter })).toMatchObject({ verdict: 'unanchored', fault: null });
    const changed = some.with(4, { ...some[4]!, action: 'team.read' });
    expect(await verify(changed, log.checkpoints, { filter })).toMatchObject({
      verdict: 'tampered',
      fault: { chain: chainOf(some[4]!), seq: some[4]!.chain_seq, id: some[4]!.id },
    });
  });

  it('in rows older than the chain, which are counted; among chained rows they are a fault', async () => {
    const old = { id: 'aud_old', at: '2025-01-01T00:00:00.000Z', action: 'team.read' };
    const outcome = await verify([old, ...log.rows], log.checkpoints);
    expect(outcome).toMatchObject({
      verdict: 'ok',
      unchained: 1,
      notes: [expect.stringContaining('1 rows are older')],
    });
    const late = await verify([...log.rows, old], log.checkpoints);
    expect(late).toMatchObject({ verdict: 'tampered', fault: { id: 'aud_old' } });
  });
});

describe('a whole chain of one organization', () => {
  const own = log.rows.filter((row) => chainOf(row) === 'acme');
  const filter = { organization_id: 'acme' };

  it('is ok by itself', async () => {
    expect(await verify(own, log.checkpoints, { filter })).toMatchObject({ verdict: 'ok', chains: 1 });
  });

  it('must be whole', async () => {
    expect(await verify(own.slice(0, -1), log.checkpoints, { filter })).toMatchObject({
      verdict: 'tampered',
      fault: { chain: 'acme', seq: own.length },
    });
  });
});

describe('checkpoints kept elsewhere', () => {
  it('may be lines of a log, come twice and in any order, and have gaps', async () => {
    const asLogged = [...log.checkpoints, log.checkpoints.at(-1)!]
      .reverse()
      .map((each) => JSON.stringify({ level: 'info', msg: 'audit checkpoint', ...each }));
    expect((await check(lines, { checkpoints: [...asLogged, ''] })).verdict).toBe('ok');
    expect((await check(lines, { checkpoints: kept.toSpliced(0, 1) })).fault).toBeNull();
  });

  it('are passed over where they are torn, and useless when none is left', async () => {
    const torn = [...kept, kept[0]!.slice(0, 40)];
    expect((await check(lines, { checkpoints: torn })).notes).toEqual([
      expect.stringMatching(/1 lines .* passed over/),
    ]);
    await expect(check(lines, { checkpoints: [kept[0]!.slice(0, 40)] })).rejects.toThrow(/holds none/);
  });

  it('are tampered with when two of one number differ, or one does not continue the one before', async () => {
    const statement = log.checkpoints.at(-1)!.statement;
    const other = canonicalJson(SIGNER.sign({ ...statement, entries: 1 }));
    expect((await check(lines, { checkpoints: [...kept, other] })).fault?.problem).toMatch(/two different checkpoints/);
    const loose = canonicalJson(SIGNER.sign({ ...statement, previous_hash: 'f'.repeat(64) }));
    expect((await check(lines, { checkpoints: [...kept.slice(0, -1), loose] })).fault?.problem).toMatch(
      /does not continue/,
    );
    const unsigned = canonicalJson({ ...log.checkpoints.at(-1)!, statement: { ...statement, entries: 1 } });
    expect((await check(lines, { checkpoints: [unsigned] })).fault?.problem).toMatch(/valid signature/);
  });
});

describe('a public key', () => {
  it('is read from PEM and from base64, and from nothing else', () => {
    const pem = pemOf(SIGNER.publicKey);
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\w+/=]{60}\n-----END PUBLIC KEY-----\n$/);
    expect(parsePublicKey(pem)).toBe(SIGNER.publicKey);
    expect(parsePublicKey(` ${SIGNER.publicKey}\n`)).toBe(SIGNER.publicKey);
    for (const wrong of ['', 'hello', pem.slice(0, 70)]) expect(parsePublicKey(wrong)).toBeNull();
  });
});

describe('linesOf', () => {
  const read = async (...chunks: (string | Uint8Array)[]): Promise<string[]> => {
    const lines: string[] = [];
    const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    for await (const line of linesOf(asStream(bytes))) lines.push(line);
    return lines;
  };
  async function* asStream(chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }

  it('splits at newlines alone, wherever chunks end', async () => {
    expect(await read('a\nb', 'c\n', '\n', 'd\u2028e\r')).toEqual(['a', 'bc', '', 'd\u2028e\r']);
    const euro = Buffer.from('€\n');
    expect(await read(euro.subarray(0, 1), euro.subarray(1))).toEqual(['€']);
    expect(await read()).toEqual([]);
  });

  it('refuses what is not UTF-8', async () => {
    await expect(read(Uint8Array.of(0xff, 0x0a))).rejects.toThrow(/not UTF-8/);
  });
});
