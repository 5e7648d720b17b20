import { describe, expect, it } from '@jest/globals';
import { generateToken, hashToken, isWellFormed, lastFour } from './key-token.js';

describe('key token', () => {
  it('is well-formed, never the same twice, and reveals nothing when printed', () => {
    const tokens = Array.from({ length: 200 }, () => generateToken());
    expect(new Set(tokens.map((each) => each.reveal())).size).toBe(200);
    for (const token of tokens) expect(isWellFormed(token.reveal())).toBe(true);
    expect(`${String(tokens[0])}${JSON.stringify(tokens[0])}`).toBe('[secret]"[secret]"');
    expect(tokens[0]!.reveal().endsWith(lastFour(tokens[0]!))).toBe(true);
  });

  it('detects every single changed character', () => {
    const token = generateToken().reveal();
    for (let place = 0; place < token.length; place++) {
      const other = token[place] === 'x' ? 'y' : 'x';
      expect(isWellFormed(token.slice(0, place) + other + token.slice(place + 1))).toBe(false);
    }
  });

  it.each(['', 'sk-', 'sk-short', `${'sk-'}${'a'.repeat(49)}`, 'Bearer sk-1'])('refuses %p', (text) => {
    expect(isWellFormed(text)).toBe(false);
  });

  it('hashes as SHA-256', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
