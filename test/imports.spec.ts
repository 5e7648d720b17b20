import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Package {
  readonly dependencies: Record<string, string>;
}

const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Package;

/** A version that cannot be loaded by Jest's own ES module loader would be noticed by its first user only. */
describe('every dependency', () => {
  it.each(Object.entries(dependencies))('%s %s can be imported, and has something to import', async (name) => {
    const module = (await import(name)) as object;
    // This one adds to a global by being loaded.
    if (name === 'reflect-metadata') expect(Reflect.getMetadata).toBeInstanceOf(Function);
    else expect(Object.keys(module)).not.toEqual([]);
  });
});
