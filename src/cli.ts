#!/usr/bin/env node
import 'reflect-metadata';
import { createReadStream, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  chainName,
  faultText,
  linesOf,
  type Outcome,
  parsePublicKey,
  UnreadableError,
  verifyExport,
} from './modules/audit/index.js';

const USAGE = `Usage: tollkeeper audit verify <export.jsonl> [--checkpoints <file>] [--public-key <file>]...

Verifies an export of the audit log, without the server and without a network.
  --checkpoints  checkpoints that were kept elsewhere than the database: the file of
                 AUDIT_CHECKPOINT_FILE, or lines "audit checkpoint" of the server's log
  --public-key   the key that you trust, PEM or base64; again for each further key

Exit status: 0 ok, 1 tampered, 2 cannot read, 3 unanchored
`;

const EXIT = { ok: 0, tampered: 1, unanchored: 3 } as const;
const CANNOT_READ = 2;
const SHOWN_CHAINS = 10;

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      checkpoints: { type: 'string' },
      'public-key': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [area, verb, file, ...more] = positionals;
  if (values.help) return print(USAGE, 0);
  if (area !== 'audit' || verb !== 'verify' || file === undefined || more.length > 0)
    throw new UnreadableError(`what is meant by '${args.join(' ')}'?\n\n${USAGE}`);
  const outcome = await verifyExport({
    rows: linesOf(chunksOf(file)),
    checkpoints: values.checkpoints === undefined ? null : linesOf(chunksOf(values.checkpoints)),
    keys: values['public-key'].map(publicKeyIn),
  });
  return print(report(outcome), EXIT[outcome.verdict]);
}

/** Opened when it is read, so that it cannot fail before somebody listens. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}

function publicKeyIn(path: string): string {
  const key = parsePublicKey(readFileSync(path, 'utf8'));
  if (key === null) throw new UnreadableError(`${path} holds no public Ed25519 key`);
  return key;
}

function report({ verdict, fault, notes, rows, chains, unanchored }: Outcome): string {
  const text = notes.map((note) => `note: ${note}\n`).join('');
  if (fault) return `tampered: ${faultText(fault)}\n${text}`;
  const checked = `${rows} rows in ${chains} chains are as they were written`;
  if (verdict === 'ok') return `ok: ${checked}, and checkpoints vouch for them all\n${text}`;
  const shown = unanchored.slice(0, SHOWN_CHAINS);
  const since = shown.map((each) => `unanchored since ${each.since} in the chain of ${chainName(each.chain)}\n`);
  if (unanchored.length > SHOWN_CHAINS) since.push(`and in ${unanchored.length - SHOWN_CHAINS} further chains\n`);
  return `unanchored: ${checked}, as far as can be seen\n${since.join('')}${text}`;
}

function print(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}

const isAboutArguments = (error: Error): boolean =>
  String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
const isAboutFiles = (error: Error): boolean => 'syscall' in error;

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const isMeant = error instanceof UnreadableError || isAboutArguments(error) || isAboutFiles(error);
  process.stderr.write(`cannot read: ${isMeant ? error.message : (error.stack ?? error.message)}\n`);
  process.exitCode = CANNOT_READ;
}
