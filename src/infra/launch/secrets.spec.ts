import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keptSecret } from './secrets.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollkeeper-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('keptSecret', () => {
  it('makes a secret once and reads the same one from then on', () => {
    const first = keptSecret(folder, 'master-key', 'mk-');
    const second = keptSecret(folder, 'master-key', 'mk-');
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second.secret.reveal()).toBe(first.secret.reveal());
    expect(readFileSync(first.path, 'utf8').trim()).toBe(first.secret.reveal());
  });

  it('makes 256 random bits, never the same twice', () => {
    const texts = Array.from({ length: 20 }, (_, at) => keptSecret(folder, `key-${at}`, 'mk-').secret.reveal());
    expect(new Set(texts).size).toBe(20);
    for (const text of texts) expect(text).toMatch(/^mk-[\w-]{43}$/);
  });

  it('lets nobody else read it, and leaves nothing beside it', () => {
    const { path } = keptSecret(folder, 'encryption-key');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['encryption-key']);
  });

  it('takes what an administrator wrote there', () => {
    const chosen = 'a-secret-of-my-own-that-is-long-enough';
    writeFileSync(join(folder, 'master-key'), `  ${chosen}\n\n`);
    const kept = keptSecret(folder, 'master-key', 'mk-');
    expect([kept.secret.reveal(), kept.isNew]).toEqual([chosen, false]);
  });

  it.each(['', '\n', 'short', 'x'.repeat(31)])('refuses a file that holds %j, and leaves it alone', (text) => {
    const path = join(folder, 'encryption-key');
    writeFileSync(path, text);
    expect(() => keptSecret(folder, 'encryption-key')).toThrow(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is not misled by what a start that broke off has left', () => {
    writeFileSync(join(folder, 'master-key.new'), 'half');
    const kept = keptSecret(folder, 'master-key');
    expect(kept.isNew).toBe(true);
    expect(keptSecret(folder, 'master-key').secret.reveal()).toBe(kept.secret.reveal());
  });
});
