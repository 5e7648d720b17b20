import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { settingsTable } from '../src/config/index.js';
import { commandsIn } from './support/commands.js';
import { errorDocs } from './support/error-docs.js';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pages = (): string[] => [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** A Markdown table without the padding that a formatter gives its cells. */
const plain = (markdown: string): string =>
  markdown
    .split('\n')
    .map((line) => (line.startsWith('|') ? line.replace(/ *\| */g, '|').replace(/-{3,}/g, '---') : line))
    .join('\n')
    .trim();

describe('README.md', () => {
  it('shows the settings that there are, between its two marks', () => {
    const [, table] = /<!-- settings -->\n([^]*?)<!-- \/settings -->/.exec(read('README.md')) ?? [];
    expect(plain(table ?? 'no marks <!-- settings --> and <!-- /settings -->')).toBe(plain(settingsTable()));
  });
});

describe('docs/errors.md', () => {
  it('is what the catalogue of errors says', () => {
    expect(plain(read('docs/errors.md'))).toBe(plain(errorDocs()));
  });
});

describe('the commands on every page', () => {
  it('exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const unknown = pages().flatMap((page) =>
      commandsIn(read(page))
        .filter(({ kind, name }) => (kind === 'npm' ? !(name in scripts) : !existsSync(join(ROOT, name))))
        .map(({ text }) => `${page}: ${text}`),
    );
    expect(unknown).toEqual([]);
  });

  it('are found in every form that a page has them in', () => {
    const page =
      'Run `npm run lint`, npm test.\n\n    $ node scripts/a.mjs --x\n\n```\nnpm start\nnpm --silent run b:c\n```\nnpm install';
    expect(commandsIn(page).map(({ name }) => name)).toEqual(['lint', 'test', 'scripts/a.mjs', 'start', 'b:c']);
  });
});
