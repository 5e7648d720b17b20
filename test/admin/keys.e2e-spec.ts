import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeWorld, must } from '../support/world.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Rotates a key with an overlap and gives the id of the new one. */
async function rotate(id: string, overlapMinutes = 60): Promise<string> {
  const query = `mutation ($id: ID!, $input: RotateKeyInput) { rotateKey(id: $id, input: $input) { key { id } } }`;
  const { rotateKey } = await must<{ rotateKey: { key: { id: string } } }>(app, query, {
    id,
    input: { overlapMinutes },
  });
  return rotateKey.key.id;
}

async function lineage(id: string): Promise<string[]> {
  const query = 'query ($id: ID!) { key(id: $id) { lineage { id } } }';
  const { key } = await must<{ key: { lineage: { id: string }[] } }>(app, query, { id });
  return key.lineage.map((each) => each.id);
}

describe('the lineage of a key', () => {
  it('is the key alone, when nobody has rotated it', async () => {
    const { keyId } = await makeWorld(app);
    expect(await lineage(keyId)).toEqual([keyId]);
  });

  it('is the same from every key of it, branches included, the latest first', async () => {
    const { keyId } = await makeWorld(app);
    const second = await rotate(keyId);
    const third = await rotate(second);
    const branch = await rotate(keyId);
    const all = [branch, third, second, keyId];
    for (const id of all) expect(await lineage(id)).toEqual(all);
  });
});
