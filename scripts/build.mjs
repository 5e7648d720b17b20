import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installIfNeeded, ROOT } from './install.mjs';

const DIST = join(ROOT, 'dist');
const PORTAL = join(ROOT, 'admin-ui');
const SERVER_STAMP = join(DIST, '.stamp');
const PORTAL_STAMP = join(PORTAL, 'dist', '.stamp');
const NOT_INPUT = new Set(['node_modules', 'dist', 'e2e']);

/** Builds what is older than its sources: the server by swc, the pages by Vite, at the same time. */
export async function buildIfStale(progress = (line) => console.log(`  ${line}`)) {
  await Promise.all([buildServer(progress), buildPortal(progress)]);
}

export async function buildServer(progress) {
  const files = [...walk(join(ROOT, 'src')), ...walk(join(ROOT, 'migrations')), join(ROOT, 'ormconfig.ts')].filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  const hash = hashOf([...files, join(ROOT, '.swcrc'), join(ROOT, 'package-lock.json')]);
  if (isFresh(SERVER_STAMP, hash)) return;
  const startedMs = Date.now();
  rmSync(DIST, { recursive: true, force: true });
  const { transformFile } = await import('@swc/core');
  await Promise.all(
    files.map(async (file) => {
      const { code, map } = await transformFile(file, { sourceFileName: file });
      const target = join(DIST, relative(ROOT, file)).replace(/\.ts$/, '.js');
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, `${code}\n//# sourceMappingURL=${target.split(/[\\/]/).pop()}.map\n`);
      writeFileSync(`${target}.map`, map);
    }),
  );
  writeFileSync(SERVER_STAMP, hash);
  progress(`server built (${files.length} files, ${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
}

export async function buildPortal(progress) {
  const files = walk(PORTAL).filter((file) => !file.endsWith('.spec.ts') && !file.endsWith('.spec.tsx'));
  const hash = hashOf([...files, join(ROOT, 'package-lock.json')]);
  if (isFresh(PORTAL_STAMP, hash)) return;
  const startedMs = Date.now();
  progress('building the admin pages');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  await run(process.execPath, [vite, 'build', '--logLevel', 'error'], PORTAL);
  writeFileSync(PORTAL_STAMP, hash);
  progress(`admin pages built (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_INPUT.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
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
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${args[0]} ended with ${code}`))));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await installIfNeeded();
  await buildIfStale();
}
