import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { installIfNeeded, ROOT } from './install.mjs';

const DIST = join(ROOT, 'dist');
const PORTAL = join(ROOT, 'admin-ui');
const SERVER_STAMP = join(DIST, '.stamp');
const PORTAL_STAMP = join(PORTAL, 'dist', '.stamp');
const NOT_INPUT = new Set(['node_modules', 'dist', 'e2e', 'test']);
const SPEC = /[.-]spec\.tsx?$/;
const { constants } = zlib;
const brotliCompress = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** The best for the portal's own files; for the editors' megabytes it would take minutes. */
const QUALITY = { small: 11, large: 6 };
const LARGE_BYTES = 512_000;

/** Builds what is older than its sources: the server by swc, the pages by Vite, at the same time. */
export async function buildIfStale(progress = (line) => console.log(`  ${line}`)) {
  await Promise.all([buildServer(progress), buildPortal(progress)]);
}

/**
 * A running server may load files of dist while this goes on: each is replaced in one step, and those without a source
 * are removed last.
 */
export async function buildServer(progress) {
  const files = [...walk(join(ROOT, 'src')), ...walk(join(ROOT, 'migrations')), join(ROOT, 'ormconfig.ts')].filter(
    (file) => file.endsWith('.ts') && !SPEC.test(file),
  );
  const settings = join(ROOT, '.swcrc');
  const hash = hashOf([...files, settings, join(ROOT, 'package-lock.json'), fileURLToPath(import.meta.url)]);
  if (isFresh(SERVER_STAMP, hash)) return;
  const startedMs = Date.now();
  rmSync(SERVER_STAMP, { force: true });
  const { transformFile } = await import('@swc/core');
  const built = await Promise.all(
    files.map(async (file) => {
      const target = join(DIST, relative(ROOT, file)).replace(/\.ts$/, '.js');
      const sourceFileName = relative(dirname(target), file);
      const { code, map } = await transformFile(file, { configFile: settings, swcrc: false, sourceFileName });
      replace(target, `${code}\n//# sourceMappingURL=${basename(target)}.map\n`);
      replace(`${target}.map`, map);
      return [target, `${target}.map`];
    }),
  );
  removeAllBut(new Set(built.flat()));
  replace(SERVER_STAMP, hash);
  progress(`server built (${files.length} files, ${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
}

export async function buildPortal(progress) {
  if (!existsSync(join(PORTAL, 'vite.config.ts'))) return;
  const files = walk(PORTAL).filter((file) => !SPEC.test(file));
  const hash = hashOf([...files, join(ROOT, 'package-lock.json')]);
  if (isFresh(PORTAL_STAMP, hash)) return;
  const startedMs = Date.now();
  progress('building the admin pages');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  await run(process.execPath, [vite, 'build', '--logLevel', 'error'], PORTAL);
  await compress(join(PORTAL, 'dist', 'assets'));
  writeFileSync(PORTAL_STAMP, hash);
  progress(`admin pages built (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
}

/** Browsers take Brotli where the connection is secure or local, and gzip elsewhere. */
async function compress(folder) {
  await Promise.all(
    readdirSync(folder)
      .filter((name) => /\.(js|css|svg)$/.test(name))
      .map(async (name) => {
        const path = join(folder, name);
        const bytes = readFileSync(path);
        const quality = bytes.length < LARGE_BYTES ? QUALITY.small : QUALITY.large;
        const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
        writeFileSync(`${path}.br`, await brotliCompress(bytes, { params }));
        writeFileSync(`${path}.gz`, await gzip(bytes));
      }),
  );
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_INPUT.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Two processes may build at the same time; they write the same, each under a name of its own first. */
function replace(path, text) {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(aside, text);
  renameSync(aside, path);
}

function removeAllBut(built) {
  for (const path of existing(DIST)) if (!built.has(path)) rmSync(path, { force: true });
}

/** Compiled files only: a file that another process is just writing has another ending. */
function existing(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return existing(path);
    return /\.js(\.map)?$/.test(entry.name) ? [path] : [];
  });
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

const isFresh = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;

function run(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    const stop = (signal) => {
      child.kill(signal);
      process.exit(1);
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
    child.once('error', reject);
    child.once('close', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
      if (code === 0) resolve();
      else reject(new Error(`The admin pages could not be built (${basename(args[0])} ended with ${code})`));
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await installIfNeeded();
    await buildIfStale();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
