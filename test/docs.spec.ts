import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { envExample, settingsTable } from '../src/config/index.js';
import { commandsIn } from './support/commands.js';
import { errorDocs } from './support/error-docs.js';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pages = (): string[] => [
  'README.md',
  'CONTRIBUTING.md',
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

describe('docs/settings.md', () => {
  it('shows the settings that there are, between its two marks', () => {
    const [, table] = /<!-- settings -->\n([^]*?)<!-- \/settings -->/.exec(read('docs/settings.md')) ?? [];
    expect(plain(table ?? 'no marks <!-- settings --> and <!-- /settings -->')).toBe(plain(settingsTable()));
  });
});

describe('README.md', () => {
  it('is read in one sitting', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(230);
  });
});

describe('.env.example', () => {
  it('is what the settings say', () => {
    expect(read('.env.example')).toBe(envExample());
  });
});

describe('docs/decisions', () => {
  it('are dated and short', () => {
    const records = pages().filter((page) => page.startsWith(join('docs', 'decisions')));
    const odd = records.filter((page) => !/\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md$/.test(page));
    const long = records.filter((page) => read(page).trimEnd().split('\n').length > 40);
    expect([...odd, ...long]).toEqual([]);
  });
});

interface Link {
  /** As the page has it. */
  readonly link: string;
  /** Relative to the page; empty for a place on the page itself. */
  readonly path: string;
  readonly anchor: string;
}

const FENCED = /^```[^]*?^```$/gm;
const CODE = /`[^`\n]*`/g;

/** Links of a Markdown page to files of this repository; those to other hosts are left out. */
function linksIn(page: string): Link[] {
  const prose = page.replace(FENCED, '').replace(CODE, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !/^[a-z]+:/i.test(link))
    .map((link) => {
      const [path = '', anchor = ''] = link.split('#');
      return { link, path, anchor };
    });
}

/** Names by which the headings of a page can be linked to. */
function anchorsIn(page: string): string[] {
  return [...page.replace(FENCED, '').matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );
}

/** What the links of a page to files of this repository lead to, if it is not there. */
function broken(page: string, text = read(page)): string[] {
  return linksIn(text)
    .filter(({ path, anchor }) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      const isSeen = anchor === '' || anchorsIn(target === page ? text : read(target)).includes(anchor);
      return !isSeen;
    })
    .map(({ link }) => `${page}: ${link}`);
}

describe('the links on every page', () => {
  it('lead somewhere', () => {
    expect(pages().flatMap((page) => broken(page))).toEqual([]);
  });

  it('are found, but for those in code and to other hosts', () => {
    const page =
      '# A *b*\n[a](x.md) [b](docs/errors.md) ![c](y.png) [d](#a-b) [e](#c) `[f](z)` [g](https://a.b)\n\n```\n[h](q)\n```\n';
    expect(broken('README.md', page)).toEqual(['README.md: x.md', 'README.md: y.png', 'README.md: #c']);
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
