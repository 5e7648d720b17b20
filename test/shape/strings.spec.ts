import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

/** The pages that people read in their own language; playground and REST reference are tools of others. */
const ROOT = 'admin-ui/src';
const FOLDERS = ['app', 'components', 'features'];

/** Attributes whose text is shown or read out. */
const SHOWN = new Set([
  'alt',
  'aria-label',
  'description',
  'error',
  'label',
  'legend',
  'message',
  'placeholder',
  'title',
]);
const WORD = /\p{L}{2,}/u;

function pages(): string[] {
  return FOLDERS.flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
      .filter((path) => path.endsWith('.tsx') && !path.endsWith('.spec.tsx'))
      .map((path) => join(ROOT, folder, path)),
  );
}

function wordOf(node: ts.Node): string | null {
  if (ts.isJsxText(node)) return node.text;
  const isShown = ts.isJsxAttribute(node) && SHOWN.has(node.name.getText());
  return isShown && node.initializer && ts.isStringLiteral(node.initializer) ? node.initializer.text : null;
}

/** Words written straight into the markup of a file, each with its line. */
function wordsIn(path: string, code: string): string[] {
  const file = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const word = wordOf(node);
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    if (word && WORD.test(word)) found.push(`${path}:${line + 1} ${word.trim()}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

it('finds words in markup', () => {
  const code = '<p title="Hello">{text.a} · Some words<b className="bold">{1}</b></p>';
  expect(wordsIn('a.tsx', `export const A = () => ${code};`)).toEqual(['a.tsx:1 Hello', 'a.tsx:1 · Some words']);
});

it('every word that the portal shows stands in a catalogue, a text.ts', () => {
  const files = pages();
  expect(files.length).toBeGreaterThan(30);
  expect(files.flatMap((path) => wordsIn(path, readFileSync(path, 'utf8')))).toEqual([]);
});
