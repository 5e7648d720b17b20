import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BOUNDS, Config, ConfigError, loadConfig } from './config.js';
import { Secret } from '../core/secret.js';
import { SETTINGS } from './settings.js';

const NAMES = Object.values(SETTINGS).map((each) => each.name);
const LONG = 'correct-horse-battery-staple-0001';
const TENANT = '5e1f0000-1111-4222-8333-00000000c0de';
const CLIENT = '7011ba7e-0000-4000-8000-0000000c11e7';

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
      ...{ masterKeyEnabled: true, masterKeySignIn: true, trustedProxies: [], entra: null },
      ...{ auditSigningKey: null, auditCheckpointFile: null },
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
      ...{ MASTER_KEY_ENABLED: 'on', MASTER_KEY_SIGN_IN: 'off', TRUSTED_PROXIES: '10.0.0.0/8, ::1' },
      ...{ ENTRA_TENANT_ID: TENANT.toUpperCase(), ENTRA_CLIENT_ID: CLIENT, ENTRA_CLIENT_SECRET: LONG },
      ...{ ENTRA_TENANTS: `${CLIENT} ${TENANT}`, ENTRA_AUTHORITY: 'https://login.microsoftonline.us/' },
      ...{ ENTRA_GRAPH_URL: 'http://127.0.0.1:9/v1.0', ENTRA_API_AUDIENCE: 'api://toll', ENTRA_API_SCOPE: 'Admin.All' },
    };
    expect(shown(loadConfig(environment))).toEqual({
      ...{ port: 0, host: '::', dataDir: '/srv/toll keeper', databaseUrl: 'postgresql://u:p@h/d' },
      ...{ redisUrl: 'rediss://h:6379/0', masterKey: LONG, encryptionKey: LONG.toUpperCase(), demo: true },
      ...{ worker: false, logLevel: 'debug', publicUrl: 'https://toll.example.com:8443' },
      ...{ providerUrlAllow: ['vllm:8000', '10.0.0.0/8', '[::1]:11434'], bounds: BOUNDS },
      ...{ masterKeyEnabled: true, masterKeySignIn: false, trustedProxies: ['10.0.0.0/8', '::1'] },
      ...{ auditSigningKey: null, auditCheckpointFile: null },
      entra: {
        ...{ tenantId: TENANT, tenants: [TENANT, CLIENT], clientId: CLIENT, clientSecret: new Secret(LONG) },
        ...{ authority: 'https://login.microsoftonline.us', graphUrl: 'http://127.0.0.1:9/v1.0' },
        ...{ audiences: [CLIENT, 'api://toll'], scope: 'Admin.All' },
      },
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
    ['MASTER_KEY_ENABLED', 'no'],
    ['MASTER_KEY_SIGN_IN', 'always'],
    ...['10.0.0.0/33', '::1/129', 'proxy.example', '10.0.0.0/8/8', '10.0.0', 'true'].map((value) => [
      'TRUSTED_PROXIES',
      value,
    ]),
    ...['contoso.onmicrosoft.com', TENANT.slice(1), `${TENANT} ${TENANT}`].flatMap((value) => [
      ['ENTRA_TENANT_ID', value],
      ['ENTRA_CLIENT_ID', value],
    ]),
    ['ENTRA_CLIENT_SECRET', 'short'],
    ['ENTRA_TENANTS', `${TENANT}, common`],
    ...[
      'http://login.example',
      'login.example',
      'https://u:p@login.example',
      'https://h/?a',
      'ftp://127.0.0.1',
    ].flatMap((value) => [
      ['ENTRA_AUTHORITY', value],
      ['ENTRA_GRAPH_URL', value],
    ]),
    ['ENTRA_API_AUDIENCE', 'two words'],
    ['ENTRA_API_SCOPE', 'api://toll/scope'],
    ...['https://h/v1', 'a b/c', '10.0.0.0/8888', 'user@h'].map((value) => ['PROVIDER_URL_ALLOW', value]),
  ] as [string, string][])('refuses %s=%p in one line: name, problem, rule', (name, value) => {
    const lines = problems({ [name]: value });
    const rule = Object.values(SETTINGS).find((each) => each.name === name)!.rule;
    expect(lines).toHaveLength(1);
    expect(lines[0]!.startsWith(`${name}: `)).toBe(true);
    expect(lines[0]!.endsWith(`It must be ${rule}.`)).toBe(true);
    expect(lines[0]!.length).toBeGreaterThan(`${name}: . It must be ${rule}.`.length);
  });

  it('wants the whole of a registration in Entra ID, and an address to come back to', () => {
    const whole = {
      ENTRA_TENANT_ID: TENANT,
      ENTRA_CLIENT_ID: CLIENT,
      ENTRA_CLIENT_SECRET: LONG,
      PUBLIC_URL: 'https://t',
    };
    expect(problems(whole)).toEqual([]);
    for (const name of Object.keys(whole))
      expect(problems({ ...whole, [name]: '' })).toEqual([expect.stringContaining(name)]);
    expect(problems({ ENTRA_CLIENT_ID: CLIENT })).toHaveLength(2);
    expect(problems({ ENTRA_TENANTS: TENANT, ENTRA_API_AUDIENCE: 'api://x' })).toEqual([]);
    expect(loadConfig(whole).entra).toMatchObject({ tenants: [TENANT], audiences: [CLIENT], scope: 'access_as_user' });
  });

  it('lets people sign in with the master key unless there is a directory on a real database, or it is off', () => {
    const entra = {
      ENTRA_TENANT_ID: TENANT,
      ENTRA_CLIENT_ID: CLIENT,
      ENTRA_CLIENT_SECRET: LONG,
      PUBLIC_URL: 'https://t',
    };
    const DATABASE_URL = 'postgres://h/d';
    const opens = (environment: Record<string, string>): boolean => loadConfig(environment).masterKeySignIn;
    expect([opens({}), opens(entra), opens({ DATABASE_URL }), opens({ DATABASE_URL, ...entra })]).toEqual([
      ...[true, true, true],
      false,
    ]);
    expect(opens({ DATABASE_URL, ...entra, MASTER_KEY_SIGN_IN: 'on' })).toBe(true);
    expect(opens({ MASTER_KEY_SIGN_IN: 'off' })).toBe(false);
    expect(opens({ MASTER_KEY_SIGN_IN: 'on', MASTER_KEY_ENABLED: 'off' })).toBe(false);
  });

  it('names everything that is wrong at once', () => {
    const lines = problems({ PORT: 'x', DEMO: 'x', DATABASE_URL: 'x', HOST: 'localhost' });
    expect(lines.map((line) => line.split(':')[0])).toEqual(expect.arrayContaining(['PORT', 'DEMO', 'DATABASE_URL']));
    expect(lines).toHaveLength(3);
  });

  it('repeats nothing of a secret', () => {
    const token = fc.stringMatching(/^[a-zA-Z0-9]{8,24}$/);
    const names = fc.constantFrom('DATABASE_URL', 'REDIS_URL', 'MASTER_KEY', 'ENCRYPTION_KEY', 'ENTRA_CLIENT_SECRET');
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
