import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../src/modules/audit/chain/record.js';
import { pemOf, Signer } from '../../src/modules/audit/chain/signature.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { restamp } from '../support/audit-log.js';
import { makeWorld, must, type World } from '../support/world.js';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const TABLES = ['audit_entries', 'audit_heads', 'audit_checkpoints', 'audit_anchors'];

let app: TestApp;
let world: World;
let folder: string;
let length: number;

const file = (name: string): string => join(folder, name);
const sql = async (text: string, values: unknown[] = []): Promise<void> => void (await app.db.query(text, values));

interface Verdict {
  readonly status: number;
  readonly output: string;
}

/** The program itself, as somebody runs it on another machine. */
function verifier(...args: string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'audit', 'verify', ...args], (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}

async function exported(query = ''): Promise<string> {
  const { status, body } = await app.rest('GET', `/api/audit-logs/export?format=jsonl${query}`);
  expect(status).toBe(200);
  writeFileSync(file('export.jsonl'), body);
  return body;
}

const checkpoint = (): Promise<unknown> => app.rest('GET', '/api/audit-logs/export?search=nothing-has-this');

const VERIFICATION = `query ($organizationId: String) { auditVerification(organizationId: $organizationId) {
  verdict rows unchained anchoredTo unanchored checkpoint fault { problem sequence id } } }`;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer whose shape is what is checked
const verification = async (organizationId: string | null = world.organizationId): Promise<any> =>
  (await must<{ auditVerification: object }>(app, VERIFICATION, { organizationId })).auditVerification;

const renameTo = (name: string): Promise<unknown> =>
  must(
    app,
    'mutation ($id: ID!, $input: UpdateOrganizationInput!) { updateOrganization(id: $id, input: $input) { id } }',
    {
      id: world.organizationId,
      input: { name },
    },
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollkeeper-audit-'));
  app = await startTestApp({ env: { WORKER: 'off', AUDIT_CHECKPOINT_FILE: file('checkpoints.jsonl') } });
  await app.db.query(`INSERT INTO audit_entries (id, at, actor_kind, actor_name, action, status, request_id)
    VALUES ('aud_old', now(), 'master_key', 'master_key', 'team.read', 'success', 'old')`);
  world = await makeWorld(app);
  await makeWorld(app);
  await renameTo('Zoë \u{1F600} \u2028 "quoted" \\ =1+1');
  await checkpoint();
  for (const name of ['B', 'C', 'D', 'E', 'F']) await renameTo(name);
  await checkpoint();
  const key = 'query { auditSigningKey { pem fingerprint } }';
  const { auditSigningKey } = await must<{ auditSigningKey: { pem: string } }>(app, key);
  writeFileSync(file('key.pem'), auditSigningKey.pem);
  writeFileSync(file('foreign.pem'), pemOf(new Signer('somebody else altogether').publicKey));
  // What the owner of a database can do, and what would only get in the way of a forger.
  await sql('DROP INDEX audit_entries_chain; ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_pkey');
  for (const table of TABLES) await sql(`CREATE TABLE kept_${table} AS TABLE ${table}`);
  copyFileSync(file('checkpoints.jsonl'), file('elsewhere.jsonl'));
  const { rows } = await app.db.query('SELECT entries FROM audit_heads WHERE organization_id = $1', [
    world.organizationId,
  ]);
  length = Number(rows[0].entries);
  expect(length).toBeGreaterThan(7);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const TRUSTED = (): string[] => ['--checkpoints', file('elsewhere.jsonl'), '--public-key', file('key.pem')];

describe('a log that nobody touched', () => {
  it('is ok, offline, with the checkpoints of the file', async () => {
    const body = await exported();
    expect(body.split('\n').at(-1)).toBe('');
    copyFileSync(file('checkpoints.jsonl'), file('newest.jsonl'));
    const { status, output } = await verifier(
      ...[file('export.jsonl'), '--checkpoints', file('newest.jsonl'), '--public-key', file('key.pem')],
    );
    expect([status, output]).toEqual([0, expect.stringMatching(/^ok: \d+ rows in 3 chains are as they were written/)]);
    expect(output).toContain('note: 1 rows are older than the chain');
  });

  it('is unanchored without checkpoints, and without a key', async () => {
    await exported();
    const bare = await verifier(file('export.jsonl'));
    expect(bare).toMatchObject({ status: 3, output: expect.stringContaining('unanchored since 1 in the chain of') });
    const keyless = await verifier(file('export.jsonl'), '--checkpoints', file('checkpoints.jsonl'));
    expect(keyless).toMatchObject({ status: 3, output: expect.stringContaining('pass --public-key') });
  });

  it('is ok as the whole chain of one organization; filtered further, nothing is sure', async () => {
    await exported(`&organization_id=${world.organizationId}`);
    expect(await verifier(file('export.jsonl'), ...TRUSTED())).toMatchObject({ status: 0 });
    await exported(`&organization_id=${world.organizationId}&actions=organization.update`);
    const filtered = await verifier(file('export.jsonl'), ...TRUSTED());
    expect(filtered).toMatchObject({ status: 3, output: expect.stringContaining('the export is filtered') });
  });

  it('is ok for the server, too', async () => {
    expect(await verification()).toEqual({
      ...{ verdict: 'OK', rows: length, unchained: 0, anchoredTo: String(length), unanchored: 0 },
      ...{ checkpoint: expect.any(Number), fault: null },
    });
    expect(await verification(null)).toMatchObject({ verdict: 'OK', unchained: 1 });
  });

  it.each([
    ['no arguments', [], /Usage/],
    ['a file that is not there', ['/nowhere/export.jsonl'], /ENOENT/],
    ['an option that does not exist', ['x', '--key', 'y'], /--key/],
    ['no public key', ['x', '--public-key', CLI], /holds no public Ed25519 key/],
    ['no export', [fileURLToPath(new URL('../../package.json', import.meta.url))], /is no export/],
  ])('cannot be verified with %s', async (_name, args, message) => {
    expect(await verifier(...args)).toEqual({ status: 2, output: expect.stringMatching(message) });
  });
});

interface Kind {
  readonly tamper: () => Promise<void>;
  /** Place in the chain of the row that must be named. */
  readonly bad: () => number;
}

const change = (set: string, where: string): Promise<void> =>
  sql(`UPDATE audit_entries SET ${set} WHERE organization_id = $1 AND ${where}`, [world.organizationId]);
const copyRow3 = (columns: string): Promise<void> =>
  sql(
    `INSERT INTO audit_entries SELECT (jsonb_populate_record(NULL::audit_entries, to_jsonb(e) || ${columns} ||
       jsonb_build_object('seq', (SELECT max(seq) + 1 FROM audit_entries)))).* FROM audit_entries e
     WHERE organization_id = $1 AND chain_seq = 3`.replace(
      'INTO audit_entries',
      'INTO audit_entries OVERRIDING SYSTEM VALUE',
    ),
    [world.organizationId],
  );

/** A row changed, and all hashes after it made to fit again, the head too. */
async function stampAnew(): Promise<void> {
  const own = (await exported(`&organization_id=${world.organizationId}`)).trimEnd().split('\n').slice(1, -1);
  const rows = own.map((line) => JSON.parse(line) as AuditRecord);
  const forged = restamp(rows.with(2, { ...rows[2]!, actor_name: 'Mallory' }), world.organizationId);
  await restore();
  await change("actor_name = 'Mallory'", 'chain_seq = 3');
  for (const { chain_seq, previous_hash, hash } of forged)
    await change(`previous_hash = '${previous_hash}', hash = '${hash}'`, `chain_seq = ${chain_seq}`);
  const { entries, hash } = { entries: forged.length, hash: forged.at(-1)!.hash };
  await sql(`UPDATE audit_heads SET entries = ${entries}, hash = '${hash}' WHERE organization_id = $1`, [
    world.organizationId,
  ]);
}

async function cutTail(): Promise<void> {
  await sql('DELETE FROM audit_entries WHERE organization_id = $1 AND chain_seq > $2', [
    world.organizationId,
    length - 2,
  ]);
  await sql(
    `UPDATE audit_heads h SET entries = chain_seq, hash = e.hash FROM audit_entries e
     WHERE h.organization_id = $1 AND e.organization_id = $1 AND chain_seq = $2`,
    [world.organizationId, length - 2],
  );
}

const KINDS: Readonly<Record<string, Kind>> = {
  'a changed row': { tamper: () => change(`changes = '[]'`, 'chain_seq = 3'), bad: () => 3 },
  'a changed time': { tamper: () => change(`at = at + interval '1 ms'`, 'chain_seq = 3'), bad: () => 3 },
  'a deleted row': {
    tamper: () => sql('DELETE FROM audit_entries WHERE organization_id = $1 AND chain_seq = 3', [world.organizationId]),
    bad: () => 3,
  },
  'an inserted row': { tamper: () => copyRow3(`'{"id": "aud_forged", "actor_name": "Eve"}'`), bad: () => 3 },
  'two rows that changed places': {
    tamper: () => change('chain_seq = 7 - chain_seq', 'chain_seq IN (3, 4)'),
    bad: () => 3,
  },
  'a duplicated row': { tamper: () => copyRow3(`'{}'`), bad: () => 3 },
  'a cut tail': { tamper: cutTail, bad: () => length - 1 },
  'a chain that was stamped anew': { tamper: stampAnew, bad: () => 3 },
  'a cut head': {
    tamper: () => sql('DELETE FROM audit_entries WHERE organization_id = $1 AND chain_seq < 3', [world.organizationId]),
    bad: () => 1,
  },
};

async function restore(): Promise<void> {
  await sql(`TRUNCATE ${TABLES.join(', ')}`);
  for (const table of TABLES) await sql(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE kept_${table}`);
}

describe('a log whose database was tampered with', () => {
  beforeEach(restore);

  it.each(Object.entries(KINDS))('%s is found, offline and by the server, and named', async (name, { tamper, bad }) => {
    await tamper();
    const inTheServer = await verification();
    await exported();
    const { status, output } = await verifier(file('export.jsonl'), ...TRUSTED());
    expect([status, output]).toEqual([1, expect.stringMatching(/^tampered: row/)]);
    const seq = Number(/^tampered: row (\d+) of the chain of '([\w-]+)'/.exec(output)?.[1]);
    expect(output).toContain(`'${world.organizationId}'`);
    expect(inTheServer).toMatchObject({ verdict: 'TAMPERED', fault: { problem: expect.any(String) } });
    if (name !== 'a chain that was stamped anew') {
      expect(seq).toBe(bad());
      expect(Number(inTheServer.fault.sequence)).toBe(
        name === 'a duplicated row' || name === 'an inserted row' ? 3 : bad(),
      );
    } else {
      const vouched = Number(/after row (\d+)/.exec(output)?.[1] ?? 0);
      expect([vouched < bad(), seq >= bad()]).toEqual([true, true]);
    }
  });

  it('foreign signatures are found', async () => {
    await exported();
    const { status, output } = await verifier(
      ...[file('export.jsonl'), '--checkpoints', file('elsewhere.jsonl'), '--public-key', file('foreign.pem')],
    );
    expect([status, output]).toEqual([1, expect.stringMatching(/^tampered: .* is signed by a foreign key, SHA256:/)]);
  });

  it('an export that was edited as a file is found', async () => {
    const body = await exported();
    writeFileSync(file('export.jsonl'), body.replace('"actor_name":"master_key"', '"actor_name":"Mallory"'));
    expect(await verifier(file('export.jsonl'), ...TRUSTED())).toMatchObject({ status: 1 });
  });

  it('a forged signature in the database is found by the server', async () => {
    await sql('UPDATE audit_checkpoints SET entries = entries + 1');
    expect(await verification()).toMatchObject({
      verdict: 'TAMPERED',
      fault: { problem: expect.stringContaining('valid signature'), sequence: null },
    });
  });

  it('a head that was set back is found by the server', async () => {
    await sql('UPDATE audit_heads SET entries = entries - 1 WHERE organization_id = $1', [world.organizationId]);
    expect(await verification()).toMatchObject({ verdict: 'TAMPERED', fault: { sequence: String(length) } });
  });

  it('checkpoints that were removed leave rows unanchored', async () => {
    await sql('DELETE FROM audit_anchors; DELETE FROM audit_checkpoints');
    expect(await verification()).toMatchObject({ verdict: 'OK', anchoredTo: '0', unanchored: length });
    app.clock.advance(6 * 60_000);
    expect(await verification()).toMatchObject({ verdict: 'UNANCHORED', anchoredTo: '0', fault: null });
  });
});

it('the file of checkpoints holds what the database holds', async () => {
  await restore();
  const lines = readFileSync(file('elsewhere.jsonl'), 'utf8').trimEnd().split('\n');
  const { rows } = await app.db.query('SELECT signature FROM audit_checkpoints ORDER BY number');
  expect(lines.map((line) => (JSON.parse(line) as { signature: string }).signature)).toEqual(
    rows.map((row: { signature: string }) => row.signature),
  );
});
