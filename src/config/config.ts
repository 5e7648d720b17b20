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
  /** Money operations in one transaction, and those that may wait for theirs. */
  ledgerBatch: 500,
  ledgerQueue: 10_000,
  /** How long a call waits for a ledger that is away before it is refused. */
  ledgerPatienceMs: 50,
  ledgerStatementMs: 5_000,
  /** Between the batches of one process when others share its database. */
  ledgerPaceMs: 1,
  vendorConnectMs: 10_000,
  vendorFirstByteMs: 120_000,
  vendorIdleMs: 60_000,
  vendorTotalMs: 600_000,
  vendorBodyBytes: 32 * 1024 * 1024,
  keyCacheMs: 5_000,
  keyCacheEntries: 10_000,
  /** Keys whose limits one process remembers, and windows that it can find words for. */
  limitPathEntries: 10_000,
  limitSlotEntries: 50_000,
  heartbeatMs: 2_000,
  deadAfterMs: 15_000,
  jobTtlMs: 24 * 60 * 60 * 1000,
  /** A job of a single call cannot outlive the call's own deadline by much. */
  implicitJobTtlMs: 15 * 60 * 1000,
  jobMetadataBytes: 10 * 1024,
  idempotencyKeepMs: 24 * 60 * 60 * 1000,
  /** Larger answers are given, but not kept for a repeat. */
  idempotencyBodyBytes: 4 * 1024 * 1024,
  /** A repeat waits this long for the first request to end. */
  idempotencyWaitMs: 2_000,
  /** Repeats that wait at a time; further ones are answered at once. */
  idempotencyWaiting: 100,
  /** Answers that wait in memory while the database is away. */
  idempotencyUnwritten: 200,
  /** Answers of one project that are kept for repeats; of more, those that run out first are removed. */
  cacheEntriesPerProject: 5_000,
  cacheEntryBytes: 256 * 1024,
  /** Of the request and of the answer of a call, each; what lies beyond is cut off. */
  retainedBytes: 1024 * 1024,
  /** Content that waits in memory to be stored; what comes on top is dropped and counted. */
  contentQueue: 1_000,
  contentQueueBytes: 64 * 1024 * 1024,
  /** How long a process that stops waits for the content that it has not stored yet. */
  contentDrainMs: 2_000,
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
  /** Redis decides nothing that cannot be decided without it, so nobody waits longer for it than this. */
  redisTimeoutMs: 50,
  /** After a failure Redis is left alone for so long, and then asked whether it serves again. */
  redisPauseMs: 1_000,
  redisConnectMs: 1_000,
  redisReconnectMs: 500,
  rateRulesMs: 5_000,
  rateRulesKeys: 10_000,
  rateLimitsPerScope: 50,
  /** Counts that one process keeps; of more, the one that was asked longest ago is forgotten. */
  rateBuckets: 50_000,
  /** A running call counts for so long after its process was last heard of. */
  rateLeaseMs: 30_000,
  rateLeaseRenewMs: 10_000,
  /** Longer than any call can run; one that nobody released stops counting then. */
  rateLeaseMostMs: 660_000,
  /** Ends of calls that wait for Redis to return; of more, those of running calls run out by themselves. */
  rateEndsWaiting: 10_000,
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
