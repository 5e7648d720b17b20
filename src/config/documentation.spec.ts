import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';
import { envExample, settingsTable } from './documentation.js';
import { SETTINGS } from './settings.js';

const NAMES = Object.values(SETTINGS).map((each) => each.name);
const EXAMPLE = new URL('../../.env.example', import.meta.url);

describe('.env.example', () => {
  it('is what the settings say', () => {
    expect(readFileSync(EXAMPLE, 'utf8')).toBe(envExample());
  });

  it('names every setting once, commented out, and is accepted when a setting is only uncommented', () => {
    const lines = envExample().split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('# '))).toEqual([]);
    const names = lines.flatMap((line) => /^# ([A-Z_]+)=$/.exec(line)?.[1] ?? []);
    expect(names).toEqual(NAMES);
    expect(() => loadConfig(Object.fromEntries(names.map((name) => [name, ''])))).not.toThrow();
  });
});

describe('settingsTable', () => {
  it('has a row of four cells for each setting', () => {
    const rows = settingsTable()
      .split('\n')
      .map((line) => line.split('|').slice(1, -1));
    expect(rows.every((cells) => cells.length === 4 && cells.every((cell) => cell.trim() !== ''))).toBe(true);
    expect(rows.slice(2).map(([name]) => name!.trim())).toEqual(NAMES.map((name) => `\`${name}\``));
  });

  it('shows the fallback that holds', () => {
    for (const { fallback, shown, name } of Object.values(SETTINGS))
      if (typeof fallback === 'string' || typeof fallback === 'number')
        expect([name, shown]).toEqual([name, String(fallback)]);
  });
});
