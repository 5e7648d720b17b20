import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';
import { envExample } from './documentation.js';
import { environmentWithFile } from './env-file.js';

const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-env-'));
const path = join(folder, '.env');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('environmentWithFile', () => {
  it('completes the environment, which wins', () => {
    writeFileSync(path, `PATH=/nowhere\nTOLLKEEPER_SPEC_PORT="9001" # quoted\n`);
    const environment = environmentWithFile(path);
    expect(environment.PATH).toBe(process.env.PATH);
    expect(environment.TOLLKEEPER_SPEC_PORT).toBe('9001');
  });

  it('is the environment alone without a file', () => {
    expect(environmentWithFile(join(folder, 'none'))).toBe(process.env);
  });

  it('takes the example as it is: nothing in it sets anything', () => {
    writeFileSync(path, envExample());
    expect({ ...environmentWithFile(path) }).toEqual({ ...process.env });
    expect(loadConfig({}).port).toBe(8003);
  });
});
