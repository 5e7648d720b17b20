import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  /** Path of the file of ours that is meant; null for a package. */
  readonly target: string | null;
}

export interface Module extends SourceFile {
  readonly imports: readonly Import[];
  /** Every `{ name }` of an import or re-export, with where it comes from. */
  readonly names: readonly { readonly name: string; readonly from: string }[];
}

const SOURCE = /\.(ts|tsx|mts|cts)$/;
const SKIPPED = new Set(['node_modules', 'dist', 'coverage']);
const NAMED = /(?:import|export)\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/g;

/** The TypeScript files under the given folders and files of a repository. */
export function readTree(root: string, places: readonly string[]): SourceFile[] {
  return places
    .flatMap((place) => listFiles(root, place))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function listFiles(root: string, place: string): string[] {
  if (SOURCE.test(place)) return [place];
  return readdirSync(join(root, place), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(place, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(root, path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

/** Finds the imports of each file and which file of the set they mean; needs no disk, so a test can invent files. */
export function resolveImports(files: readonly SourceFile[]): Module[] {
  const paths = new Set(files.map((file) => file.path));
  return files.map((file) => ({ ...file, imports: importsOf(file, paths), names: namesOf(file) }));
}

function importsOf(file: SourceFile, paths: ReadonlySet<string>): Import[] {
  const found = ts.preProcessFile(file.text, true, true).importedFiles.map((each) => each.fileName);
  return [...new Set(found)].map((specifier) => ({ specifier, target: targetOf(file.path, specifier, paths) }));
}

/** A relative import outside the set still has a target, so that a rule can say where it leads. */
function targetOf(from: string, specifier: string, paths: ReadonlySet<string>): string | null {
  if (!specifier.startsWith('.')) return null;
  const plain = posix.join(posix.dirname(from), specifier);
  const stem = plain.replace(/\.js$/, '');
  return [`${stem}.ts`, `${stem}.tsx`, `${plain}/index.ts`].find((path) => paths.has(path)) ?? plain;
}

function namesOf(file: SourceFile): { name: string; from: string }[] {
  return [...file.text.matchAll(NAMED)].flatMap(([, list = '', from = '']) =>
    list.split(',').flatMap((item) => {
      const name = item
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)[0]!;
      return name === '' ? [] : [{ name, from }];
    }),
  );
}
