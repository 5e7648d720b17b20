import { homedir } from 'node:os';
import { Secret } from '../core/secret.js';
import { defaultDataDir } from './default-data-dir.js';
import { environmentWithFile } from './env-file.js';
import { type EntraConfig, entraConfig } from './sign-in.js';
import { type LOG_LEVELS, SETTINGS, type Setting, type SettingKey } from './settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Bounds that hold in every installation; a setting only where two installations would differ. */
export const BOUNDS = Object.freeze({
  bodyBytes: 10 * 1024 * 1024,
  requestTimeoutMs: 600_000,
  databasePoolSize: 10,
  ledgerPoolSize: 6,
  vendorConnectMs: 10_000,
  vendorFirstByteMs: 120_000,
  vendorIdleMs: 60_000,
  vendorTotalMs: 600_000,
  vendorBodyBytes: 32 * 1024 * 1024,
  keyCacheMs: 5_000,
  keyCacheEntries: 10_000,
  heartbeatMs: 2_000,
  deadAfterMs: 15_000,
  jobTtlMs: 24 * 60 * 60 * 1000,
  /** A job of a single call cannot outlive the call's own deadline by much. */
  implicitJobTtlMs: 15 * 60 * 1000,
  jobMetadataBytes: 10 * 1024,
  graphqlDepth: 10,
  graphqlTokens: 3_000,
  graphqlAliases: 30,
  graphqlFields: 600,
  /** Fields times the rows of the pages they stand in; 200 rows of a page with 100 fields each, and as much again. */
  graphqlCost: 40_000,
  graphqlBytes: 512 * 1024,
  sessionIdleMs: 30 * 60 * 1000,
  sessionMaxMs: 12 * 60 * 60 * 1000,
  /** A session's last use is written no oftener than this. */
  sessionTouchMs: 60 * 1000,
  signInFlowMs: 10 * 60 * 1000,
  setupLinkMs: 30 * 60 * 1000,
  signInsPerAccountMinute: 5,
  signInsPerAddressMinute: 20,
  /** Clocks of the directory and of this machine may differ by this much. */
  tokenClockSeconds: 120,
  entraTimeoutMs: 5_000,
  entraMetadataMs: 24 * 60 * 60 * 1000,
  /** Unknown key ids ask for the directory's keys again no oftener than this. */
  entraKeysPauseMs: 5_000,
  graphPageSize: 999,
  graphPages: 20,
  /** Well below the 10 s after which Apollo Server, when it stops, closes every connection of the HTTP server. */
  shutdownMs: 7_000,
});

/** The validated, frozen configuration; injected under this class. Everything else reads this, never the environment. */
export class Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: Secret | null;
  readonly redisUrl: Secret | null;
  readonly masterKey: Secret | null;
  readonly encryptionKey: Secret | null;
  readonly auditSigningKey: Secret | null;
  readonly auditCheckpointFile: string | null;
  readonly demo: boolean;
  readonly worker: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly publicUrl: string | null;
  readonly providerUrlAllow: readonly string[];
  readonly masterKeyEnabled: boolean;
  readonly masterKeySignIn: boolean;
  readonly trustedProxies: readonly string[];
  readonly entra: EntraConfig | null;
  readonly bounds = BOUNDS;

  constructor(fields: Omit<Config, 'bounds'>) {
    this.port = fields.port;
    this.host = fields.host;
    this.dataDir = fields.dataDir;
    this.databaseUrl = fields.databaseUrl;
    this.redisUrl = fields.redisUrl;
    this.masterKey = fields.masterKey;
    this.encryptionKey = fields.encryptionKey;
    this.auditSigningKey = fields.auditSigningKey;
    this.auditCheckpointFile = fields.auditCheckpointFile;
    this.demo = fields.demo;
    this.worker = fields.worker;
    this.logLevel = fields.logLevel;
    this.publicUrl = fields.publicUrl;
    this.providerUrlAllow = fields.providerUrlAllow;
    this.masterKeyEnabled = fields.masterKeyEnabled;
    this.masterKeySignIn = fields.masterKeySignIn;
    this.trustedProxies = fields.trustedProxies;
    this.entra = fields.entra;
    Object.freeze(this);
  }

  /** The same configuration with what only the start can know: the database's URL, generated secrets. */
  with(fields: Partial<Omit<Config, 'bounds' | 'with'>>): Config {
    return new Config({ ...this, ...fields });
  }
}

/** A setting of the environment breaks its rule. The message has a line for each; it never repeats a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the environment into a Config. An empty value counts as unset.
 * @throws ConfigError naming every wrong setting, what is wrong with its value, and the rule.
 */
export function loadConfig(environment: Environment = environmentWithFile()): Config {
  const problems = new Set<string>();
  const halves: string[] = [];
  const read = <T>(key: SettingKey): T | null => {
    const setting = SETTINGS[key] as Setting<unknown> as Setting<T>;
    const text = environment[setting.name]?.trim() ?? '';
    if (text === '') return setting.fallback;
    const result = setting.read(text);
    if ('value' in result) return result.value;
    problems.add(`${setting.name}: ${result.problem}. It must be ${setting.rule}.`);
    return setting.fallback;
  };
  const secret = (key: SettingKey): Secret | null => {
    const text = read<string>(key);
    return text === null ? null : new Secret(text);
  };
  const databaseUrl = secret('databaseUrl');
  const demo = read<'on' | 'off'>('demo') ?? (databaseUrl ? 'off' : 'on');
  const publicUrl = read<string>('publicUrl');
  const entra = entraConfig(read, publicUrl, (problem) => void halves.push(problem));
  const masterKeyEnabled = read<'on' | 'off'>('masterKeyEnabled') === 'on';
  const masterKeySignIn = read<'on' | 'off'>('masterKeySignIn') ?? (databaseUrl && entra ? 'off' : 'on');
  const config = new Config({
    port: read<number>('port')!,
    host: read<string>('host')!,
    dataDir: read<string>('dataDir') ?? defaultDataDir(environment, process.getuid?.() ?? null, homedir()),
    databaseUrl,
    redisUrl: secret('redisUrl'),
    masterKey: secret('masterKey'),
    encryptionKey: secret('encryptionKey'),
    auditSigningKey: secret('auditSigningKey'),
    auditCheckpointFile: read<string>('auditCheckpointFile'),
    demo: demo === 'on',
    worker: read<'on' | 'off'>('worker') === 'on',
    logLevel: read<Config['logLevel']>('logLevel')!,
    publicUrl,
    providerUrlAllow: read<readonly string[]>('providerUrlAllow')!,
    masterKeyEnabled,
    masterKeySignIn: masterKeyEnabled && masterKeySignIn === 'on',
    trustedProxies: read<readonly string[]>('trustedProxies')!,
    entra,
  } as Config);
  // What is wrong by itself is named first: a setting that cannot be read counts as unset.
  const wrong = problems.size > 0 ? [...problems] : halves;
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return config;
}
