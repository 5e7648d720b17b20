/**
 * Runs the torture cases and prints one table; exits 1 when one misses.
 *
 *   npm run torture                      the short form of each
 *   npm run torture -- --long            the full figures
 *   npm run torture -- R01 R20           some of them
 *   npm run torture -- --seed=7          other random choices
 *   npm run torture -- --write           the table goes into the README too
 *   npm run torture -- --without-guard   proves that R01, R02 and R20 notice when the ledger's check is taken out
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installIfNeeded, ROOT } from './install.mjs';

const PAGE = 'README.md';
const GUARDED = ['R01', 'R02', 'R20'];
const MARKS = /(<!-- torture -->\n)[^]*(<!-- \/torture -->)/;

const options = {
  long: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  'without-guard': { type: 'boolean', default: false },
};

/** Starts Jest on the cases; their rows come back in a file, whatever becomes of the process. */
async function run(ids, { long, seed, withoutGuard }) {
  const directory = mkdtempSync(join(tmpdir(), 'tollkeeper-torture-'));
  const file = join(directory, 'rows');
  const jest = ['--experimental-vm-modules', '--no-warnings', join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js')];
  const paths = ids.map((id) => `/${id.toLowerCase()}-`);
  const settings = { TORTURE_ROWS: file, TORTURE_SEED: seed, TORTURE_LONG: long ? '1' : '0' };
  const env = { ...process.env, ...settings, TORTURE_WITHOUT_GUARD: withoutGuard ? '1' : '0' };
  const args = [...jest, '-c', 'jest.torture.config.mjs', '--silent=false', ...paths];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env });
  const passOn = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, passOn);
  const code = await new Promise((resolve) => child.once('close', resolve));
  const rows = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(JSON.parse) : [];
  rmSync(directory, { recursive: true, force: true });
  return { code, rows: rows.sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true })) };
}

/** As Markdown, padded so that it reads well in a terminal and passes the formatter. */
function table(rows, resultOf) {
  const cells = [
    ['test', 'what', 'figure', 'target', 'result'],
    ...rows.map((row) => [row.id, row.title, row.figure, row.target, resultOf(row)]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const line = (texts) => `| ${texts.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  return [line(cells[0]), line(widths.map((width) => '-'.repeat(width))), ...cells.slice(1).map(line)].join('\n');
}

function write(text) {
  const path = join(ROOT, PAGE);
  const page = readFileSync(path, 'utf8');
  if (!MARKS.test(page)) throw new Error(`${PAGE} has no marks <!-- torture --> and <!-- /torture -->`);
  writeFileSync(
    path,
    page.replace(MARKS, (_, begin, end) => `${begin}\n${text}\n\n${end}`),
  );
}

function printDetails(rows, isShown) {
  for (const { id, details } of rows.filter((row) => row.details.length > 0 && isShown(row)))
    console.log(`\n${id}\n  ${details.join('\n  ')}`);
}

/** The mode that proves the cases: each must miss once the check is out. */
async function proveGuard(ids, settings) {
  const { rows } = await run(ids, { ...settings, withoutGuard: true });
  printDetails(rows, (row) => row.passed);
  console.log(`\nWithout the ledger's check (seed ${settings.seed}):\n`);
  console.log(table(rows, (row) => (row.passed ? 'NOT NOTICED' : 'noticed')));
  return rows.length === ids.length && rows.every((row) => !row.passed);
}

async function prove(ids, settings, isWritten) {
  const { code, rows } = await run(ids, settings);
  printDetails(rows, (row) => settings.long || !row.passed);
  const text = table(rows, (row) => (row.isSkipped ? 'not run' : row.passed ? 'ok' : 'MISSED'));
  console.log(`\nTorture, ${settings.long ? 'long' : 'short'} form, seed ${settings.seed}:\n\n${text}`);
  if (isWritten) write(text);
  return code === 0 && rows.length > 0 && rows.every((row) => row.passed);
}

const { values, positionals } = parseArgs({ options, allowPositionals: true });
await installIfNeeded();
const { buildServer } = await import('./build.mjs');
await buildServer((line) => console.log(`  ${line}`));
const settings = { long: values.long, seed: values.seed };
const ids = values['without-guard'] && positionals.length === 0 ? GUARDED : positionals;
const isProved = values['without-guard'] ? await proveGuard(ids, settings) : await prove(ids, settings, values.write);
process.exitCode = isProved ? 0 : 1;
