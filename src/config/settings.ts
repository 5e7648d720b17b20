import { allowList, hostName, oneOf, secretOf, type Setting, SWITCH, url, wholeNumber } from './readers.js';
import { SIGN_IN_SETTINGS } from './sign-in.js';

export type { Setting } from './readers.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every environment variable that the product reads, in the order of documentation. */
export const SETTINGS = {
  port: {
    name: 'PORT',
    about: 'Port of the API and the admin pages.',
    rule: 'a whole number from 0 to 65535 (0 takes a free port)',
    fallback: 8003,
    shown: '8003',
    read: wholeNumber(0, 65_535),
  } satisfies Setting<number>,
  host: {
    name: 'HOST',
    about: 'Address to listen on; 0.0.0.0 or :: for all.',
    rule: 'a host name or an IP address',
    fallback: '127.0.0.1',
    shown: '127.0.0.1',
    read: hostName,
  } satisfies Setting<string>,
  dataDir: {
    name: 'DATA_DIR',
    about: 'Folder for the embedded database, generated secrets and the flight recorder.',
    rule: 'a path of a folder that this user can write',
    fallback: null,
    shown: '~/.local/share/tollkeeper, for root /var/lib/tollkeeper/data',
    read: (text: string) => ({ value: text }),
  } satisfies Setting<string>,
  databaseUrl: {
    name: 'DATABASE_URL',
    about: 'PostgreSQL 15 or newer to use instead of the embedded one; its user owns the tables and may create roles.',
    rule: 'a URL such as postgres://user:password@host:5432/database',
    fallback: null,
    shown: 'embedded PostgreSQL',
    read: url(['postgres:', 'postgresql:'], 'keep'),
  } satisfies Setting<string>,
  redisUrl: {
    name: 'REDIS_URL',
    about: 'Redis for the task queue and exact rate limits; without it PostgreSQL and each process do these.',
    rule: 'a URL such as redis://host:6379/0',
    fallback: null,
    shown: 'none',
    read: url(['redis:', 'rediss:'], 'keep'),
  } satisfies Setting<string>,
  masterKey: {
    name: 'MASTER_KEY',
    about: 'Admin credential for machines and emergencies (header X-Admin-Key).',
    rule: 'at least 32 characters, from a random source',
    fallback: null,
    shown: 'made at the first start, kept in DATA_DIR/master-key',
    read: secretOf(32),
  } satisfies Setting<string>,
  encryptionKey: {
    name: 'ENCRYPTION_KEY',
    about: 'Encrypts vendor credentials at rest; the same for all instances on one database.',
    rule: 'at least 32 characters, from a random source',
    fallback: null,
    shown: 'made at the first start, kept in DATA_DIR/encryption-key',
    read: secretOf(32),
  } satisfies Setting<string>,
  auditSigningKey: {
    name: 'AUDIT_SIGNING_KEY',
    about: 'Signs checkpoints and exports of the audit log; the same for all instances on one database.',
    rule: 'at least 32 characters, from a random source',
    fallback: null,
    shown: 'derived from the encryption key',
    read: secretOf(32),
  } satisfies Setting<string>,
  auditCheckpointFile: {
    name: 'AUDIT_CHECKPOINT_FILE',
    about: "File to which the audit log's checkpoints are added, best on a volume that nothing can delete from.",
    rule: 'a path of a file that this user can write',
    fallback: null,
    shown: 'none: the database and the log only',
    read: (value) => ({ value }),
  } satisfies Setting<string>,
  demo: {
    name: 'DEMO',
    about: 'Create a demo organization, team, alias and key on an empty database.',
    rule: 'on or off',
    fallback: null,
    shown: 'on with the embedded database, else off',
    read: oneOf(SWITCH),
  } satisfies Setting<'on' | 'off'>,
  worker: {
    name: 'WORKER',
    about: 'Run background tasks in this process too.',
    rule: 'on or off',
    fallback: 'on',
    shown: 'on',
    read: oneOf(SWITCH),
  } satisfies Setting<'on' | 'off'>,
  logLevel: {
    name: 'LOG_LEVEL',
    about: 'Least severity that is logged.',
    rule: `one of ${LOG_LEVELS.join(', ')}`,
    fallback: 'info',
    shown: 'info',
    read: oneOf(LOG_LEVELS),
  } satisfies Setting<(typeof LOG_LEVELS)[number]>,
  publicUrl: {
    name: 'PUBLIC_URL',
    about: 'Address under which people reach the product, when a proxy stands in front.',
    rule: 'an http or https URL',
    fallback: null,
    shown: 'http://HOST:PORT',
    read: url(['http:', 'https:'], 'origin'),
  } satisfies Setting<string>,
  providerUrlAllow: {
    name: 'PROVIDER_URL_ALLOW',
    about: 'Hosts or CIDRs a vendor URL may point to besides public https, for self-hosted models.',
    rule: 'hosts, host:port pairs or CIDRs, separated by commas',
    fallback: Object.freeze([]),
    shown: 'none',
    read: allowList,
  } satisfies Setting<readonly string[]>,
  ...SIGN_IN_SETTINGS,
} as const;

export type SettingKey = keyof typeof SETTINGS;
