import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BOUNDS, Config, ConfigError, loadConfig } from './config.js';
import { SETTINGS } from './settings.js';

const NAMES = Object.values(SETTINGS).map((each) => each.name);
const LONG = 'correct-horse-battery-staple-0001';

/** The lines of the ConfigError, or none when the environment is accepted. */
function problems(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}

/** A value in a form that shows secrets, for comparison. */
const shown = (config: Config): unknown =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      (value as { reveal?: () => string } | null)?.reveal?.() ?? value,
    ]),
  );

describe('loadConfig', () => {
  it('needs nothing', () => {
    expect(shown(loadConfig({}))).toEqual({
      ...{
        port: 8003,
        host: '127.0.0.1',
        dataDir: expect.stringMatching(/tollkeeper/i),
        databaseUrl: null,
        redisUrl: null,
        masterKey: null,
      },
      ...{ encryptionKey: null, demo: true, worker: true, logLevel: 'info', publicUrl: null, providerUrlAllow: [] },
      bounds: BOUNDS,
    });
  });

  it.each(['', ' ', '\t\n'])('takes %p for unset, in every setting', (empty) => {
    const environment = Object.fromEntries(NAMES.map((name) => [name, empty]));
    expect(shown(loadConfig(environment))).toEqual(shown(loadConfig({})));
  });

  it('reads every setting, with the spaces around it cut off', () => {
    const environment = {
      ...{ PORT: ' 0 ', HOST: '::', DATA_DIR: '/srv/toll keeper', DATABASE_URL: 'postgresql://u:p@h/d' },
      ...{ REDIS_URL: 'rediss://h:6379/0', MASTER_KEY: `${LONG}\n`, ENCRYPTION_KEY: LONG.toUpperCase(), DEMO: 'On' },
      ...{ WORKER: 'OFF', LOG_LEVEL: 'Debug', PUBLIC_URL: 'https://toll.example.com:8443/x?y' },
      PROVIDER_URL_ALLOW: 'vllm:8000, 10.0.0.0/8\n[::1]:11434',
    };
    expect(shown(loadConfig(environment))).toEqual({
      ...{ port: 0, host: '::', dataDir: '/srv/toll keeper', databaseUrl: 'postgresql://u:p@h/d' },
      ...{ redisUrl: 'rediss://h:6379/0', masterKey: LONG, encryptionKey: LONG.toUpperCase(), demo: true },
      ...{ worker: false, logLevel: 'debug', publicUrl: 'https://toll.example.com:8443' },
      ...{ providerUrlAllow: ['vllm:8000', '10.0.0.0/8', '[::1]:11434'], bounds: BOUNDS },
    });
  });

  it('makes a demo on the embedded database only, unless it is told', () => {
    const DATABASE_URL = 'postgres://h/d';
    expect(loadConfig({}).demo).toBe(true);
    expect(loadConfig({ DATABASE_URL }).demo).toBe(false);
    expect(loadConfig({ DATABASE_URL, DEMO: 'on' }).demo).toBe(true);
    expect(loadConfig({ DEMO: 'off' }).demo).toBe(false);
  });

  it.each([
    ...['-1', '65536', '80.5', '0x50', '1e3', 'http', '99999999999999999999', '8003;'].map((value) => ['PORT', value]),
    ...['two words', 'host:80', 'http://h', '-x', 'a/b'].map((value) => ['HOST', value]),
    ...['mysql://h/d', 'h:5432', '//h/d', 'postgres'].map((value) => ['DATABASE_URL', value]),
    ...['http://h', 'localhost', 'redis//h'].map((value) => ['REDIS_URL', value]),
    ['MASTER_KEY', LONG.slice(0, 31)],
    ['ENCRYPTION_KEY', 'x'],
    ...['yes', '1', 'true'].flatMap((value) => [
      ['DEMO', value],
      ['WORKER', value],
    ]),
    ...['verbose', 'info,debug'].map((value) => ['LOG_LEVEL', value]),
    ...['toll.example.com', 'ftp://h', 'file:///etc'].map((value) => ['PUBLIC_URL', value]),
    ...['https://h/v1', 'a b/c', '10.0.0.0/8888', 'user@h'].map((value) => ['PROVIDER_URL_ALLOW', value]),
  ] as [string, string][])('refuses %s=%p in one line: name, problem, rule', (name, value) => {
    const lines = problems({ [name]: value });
    const rule = Object.values(SETTINGS).find((each) => each.name === name)!.rule;
    expect(lines).toHaveLength(1);
    expect(lines[0]!.startsWith(`${name}: `)).toBe(true);
    expect(lines[0]!.endsWith(`It must be ${rule}.`)).toBe(true);
    expect(lines[0]!.length).toBeGreaterThan(`${name}: . It must be ${rule}.`.length);
  });

  it('names everything that is wrong at once', () => {
    const lines = problems({ PORT: 'x', DEMO: 'x', DATABASE_URL: 'x', HOST: 'localhost' });
    expect(lines.map((line) => line.split(':')[0])).toEqual(expect.arrayContaining(['PORT', 'DEMO', 'DATABASE_URL']));
    expect(lines).toHaveLength(3);
  });

  it('repeats nothing of a secret', () => {
    const token = fc.stringMatching(/^[a-zA-Z0-9]{8,24}$/);
    const names = fc.constantFrom('DATABASE_URL', 'REDIS_URL', 'MASTER_KEY', 'ENCRYPTION_KEY');
    const forms = fc.constantFrom(
      (text: string) => text,
      (text: string) => `mysql://user:${text}@host/db`,
      (text: string) => `://user:${text}@host`,
      (text: string) => `http://:${text}@host:99999999/`,
    );
    fc.assert(
      fc.property(names, forms, token, (name, form, text) => {
        const lines = problems({ [name]: form(text), PORT: 'wrong' });
        expect(lines.length).toBeGreaterThan(0);
        expect(lines.join('\n')).not.toContain(text);
      }),
    );
  });
});

describe('Config', () => {
  it('cannot be changed, nor printed with its secrets', () => {
    const config = loadConfig({ MASTER_KEY: LONG, DATABASE_URL: 'postgres://u:hunter2@h/d' });
    expect(Object.isFrozen(config) && Object.isFrozen(config.bounds) && Object.isFrozen(config.providerUrlAllow)).toBe(
      true,
    );
    expect(`${JSON.stringify(config)}${String(config.masterKey)}`).not.toMatch(/horse|hunter2/);
  });

  it('is completed without touching the original', () => {
    const before = loadConfig({ PORT: '1234' });
    const after = before.with({ dataDir: '/srv/x' });
    expect([before.dataDir === after.dataDir, after.dataDir, after.port]).toEqual([false, '/srv/x', 1234]);
    expect(after).toBeInstanceOf(Config);
    expect(Object.isFrozen(after)).toBe(true);
  });
});
