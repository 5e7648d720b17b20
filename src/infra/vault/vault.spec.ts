import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config/index.js';
import { Secret } from '../../core/secret.js';
import { Vault } from './vault.js';

const KEY = 'a-key-of-thirty-two-characters-or-more';
const vaultWith = (key: string): Vault => new Vault(loadConfig({}).with({ encryptionKey: new Secret(key) }));
const vault = vaultWith(KEY);
const secret = new Secret('sk-very-secret-ünïcode-🔑');

/** The same text with one bit of the payload's byte turned. */
function withBitFlipped(sealed: string, index: number): string {
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  bytes[index]! ^= 1;
  return `v1.${bytes.toString('base64url')}`;
}

describe('Vault', () => {
  it('opens what it sealed, also in another process with the same key', () => {
    const sealed = vault.seal(secret, 'prv_1');
    expect(sealed).toMatch(/^v1\.[A-Za-z0-9_-]+$/);
    expect(vault.open(sealed, 'prv_1').reveal()).toBe(secret.reveal());
    expect(vaultWith(KEY).open(sealed, 'prv_1').reveal()).toBe(secret.reveal());
    expect(vault.open(vault.seal(new Secret(''), 'x'), 'x').reveal()).toBe('');
  });

  it('never seals alike twice', () => {
    const sealed = new Set(Array.from({ length: 100 }, () => vault.seal(secret, 'prv_1')));
    expect(sealed.size).toBe(100);
  });

  it('refuses another owner, another key, another version', () => {
    const sealed = vault.seal(secret, 'prv_1');
    expect(() => vault.open(sealed, 'prv_2')).toThrow('cannot be opened');
    expect(() => vaultWith(`${KEY}!`).open(sealed, 'prv_1')).toThrow('cannot be opened');
    expect(() => vault.open(`v2${sealed.slice(2)}`, 'prv_1')).toThrow('cannot be opened');
    expect(() => vault.open(`${sealed}.more`, 'prv_1')).toThrow('cannot be opened');
  });

  it('refuses every changed bit and every cut', () => {
    const sealed = vault.seal(secret, 'prv_1');
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let index = 0; index < bytes.length; index++)
      expect(() => vault.open(withBitFlipped(sealed, index), 'prv_1')).toThrow('cannot be opened');
    for (let length = 0; length < bytes.length; length++) {
      const cut = `v1.${bytes.subarray(0, length).toString('base64url')}`;
      expect(() => vault.open(cut, 'prv_1')).toThrow('cannot be opened');
    }
  });

  it('leaks neither key nor secret in errors and in print', () => {
    const sealed = vault.seal(secret, 'prv_1');
    let message = '';
    try {
      vault.open(sealed, 'prv_2');
    } catch (error) {
      message = inspect(error, { depth: 5 });
    }
    for (const hidden of [KEY, secret.reveal(), sealed]) expect(message + inspect(vault)).not.toContain(hidden);
    expect(JSON.stringify(vault)).toBe('{}');
  });

  it('has a fingerprint that depends on the key alone', () => {
    expect(vault.fingerprint()).toMatch(/^[0-9a-f]{16}$/);
    expect(vaultWith(KEY).fingerprint()).toBe(vault.fingerprint());
    expect(vaultWith(`${KEY}!`).fingerprint()).not.toBe(vault.fingerprint());
  });

  it('makes digests that are the same for the same text and key alone', () => {
    const digest = vault.digest('short');
    expect(digest).toHaveLength(32);
    expect(vaultWith(KEY).digest('short')).toEqual(digest);
    expect(vault.digest('shorter')).not.toEqual(digest);
    expect(vaultWith(`${KEY}!`).digest('short')).not.toEqual(digest);
    expect(digest).not.toEqual(createHash('sha256').update('short').digest());
  });

  it('does not start without a key', () => {
    expect(() => new Vault(loadConfig({}))).toThrow('no encryption key');
  });
});
