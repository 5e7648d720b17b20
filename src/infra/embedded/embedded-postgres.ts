import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaries } from './binaries.js';
import { type ClusterPlace, findCluster } from './cluster.js';
import { makeDataDir } from './data-dir.js';
import { initialise, repairAccess, SUPERUSER } from './initialise.js';
import { launchServer } from './launch-server.js';
import { findRunning, isRunning, type Postmaster, signalServer, stopServer } from './postmaster.js';
import { adviceOn } from './problem.js';
import { pause } from './process-info.js';
import { ServerLog } from './server-log.js';

export interface EmbeddedPostgres {
  /** URL of the database `tollkeeper` as its owner. */
  readonly url: string;
  readonly port: number;
  readonly clusterDir: string;
  /** Ends sessions and shuts down, within 25 s. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Locked by the caller (lockDataDir), so that nobody else starts a server in it. */
  readonly dataDir: string;
  readonly progress: (line: string) => void;
  /** Settings of PostgreSQL beyond ours, for tests. A server that still runs keeps those that it has. */
  readonly settings?: Readonly<Record<string, string>>;
}

const DATABASE = 'tollkeeper';
const CONNECT_LIMIT_MS = 20_000;

/** Codes that pass: starting up or shutting down, no free connection yet, nobody listening yet. */
const PASSING = new Set(['57P03', '53300', 'ECONNREFUSED', 'ECONNRESET']);

/**
 * Starts a real PostgreSQL whose data lies in the data directory, or attaches to the one that a killed process left
 * running there.
 * @throws Error that says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  makeDataDir(options.dataDir);
  const place = findCluster(options.dataDir);
  const log = new ServerLog(join(realpathSync(options.dataDir), 'postgres.log'));
  const found = place.major === null ? null : await findRunning(place.dir, options.progress);
  if (found) options.progress(`attaching to the database that still runs (process ${found.pid})`);
  try {
    if (found) return await open(found, place, log);
  } catch (error) {
    if (isRunning(found!)) throw error;
    options.progress('it has ended in the meantime, so it is started anew');
  }
  const server = await start(place, log, options);
  try {
    return await open(server, place, log);
  } catch (error) {
    await stopServer(server);
    throw error;
  }
}

/** Makes sure that the server answers, is the one that we mean, and has our database. */
async function open(server: Postmaster, place: ClusterPlace, log: ServerLog): Promise<EmbeddedPostgres> {
  const url = (database: string): string =>
    `postgres://${SUPERUSER}:${password(place)}@127.0.0.1:${server.port}/${database}`;
  try {
    const client = await connect(url('postgres'), server, place.passwordFile);
    await createDatabase(client, place.dir);
  } catch (error) {
    const { message } = error as Error;
    const parts = [`The embedded PostgreSQL cannot be used: ${message}.`, adviceOn(message), `Its log is ${log.path}.`];
    throw new Error(parts.filter(Boolean).join(' '), { cause: error });
  }
  return { url: url(DATABASE), port: server.port, clusterDir: place.dir, stop: whileRunning(server, log) };
}

async function start(place: ClusterPlace, log: ServerLog, options: EmbeddedOptions): Promise<Postmaster> {
  const binaries = findBinaries(place);
  if (place.major === null) {
    options.progress(`creating a database in ${place.dir}`);
    initialise(binaries.bin, place);
  } else repairAccess(place);
  return launchServer({ binaries, place, log, settings: options.settings ?? {}, progress: options.progress });
}

const password = ({ passwordFile }: ClusterPlace): string =>
  encodeURIComponent(readFileSync(passwordFile, 'utf8').trim());

/** Makes our database if it is missing, after a look whether this is the cluster that we mean. */
async function createDatabase(client: pg.Client, dir: string): Promise<void> {
  try {
    const { rows } = await client.query<{ dir: string; made: boolean }>(
      `SELECT current_setting('data_directory') AS dir,
              EXISTS (SELECT FROM pg_database WHERE datname = $1) AS made`,
      [DATABASE],
    );
    const [is] = rows;
    if (!is || realpathSync(is.dir) !== realpathSync(dir))
      throw new Error(`the server found there belongs to ${is?.dir}, not to ${dir}`);
    if (!is.made) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function connect(url: string, server: Postmaster, passwordFile: string): Promise<pg.Client> {
  const deadline = Date.now() + CONNECT_LIMIT_MS;
  for (;;) {
    // Explicit, because PGSSLMODE in the environment would decide otherwise.
    const client = new pg.Client({ connectionString: url, ssl: false, connectionTimeoutMillis: CONNECT_LIMIT_MS });
    client.on('error', () => undefined); // Unheard it would end the process; whoever waits for an answer learns of it.
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined); // A connection that never came up cannot be ended.
      const { code } = error as { code?: string };
      if (code === '28P01')
        throw new Error(`${passwordFile} does not hold the password of this database`, { cause: error });
      if (!PASSING.has(code ?? '') || !isRunning(server) || Date.now() > deadline) throw error;
      await pause(25);
    }
  }
}

/** Looks after a running server; gives what stops it, which may be called again. */
function whileRunning(server: Postmaster, log: ServerLog): () => Promise<void> {
  // A process that ends without stop(), say by a bug, must not leave a server behind; it shuts down by itself.
  const atExit = (): void => void signalServer(server, 'SIGINT');
  process.once('exit', atExit);
  log.watch();
  let stopping: Promise<void> | null = null;
  return () =>
    (stopping ??= stopServer(server).finally(() => {
      process.removeListener('exit', atExit);
      log.unwatch();
    }));
}
