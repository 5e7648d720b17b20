import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { findBinaries } from './binaries.js';
import { makeDataDir } from './data-dir.js';
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { isAlive, pause, waitForExit } from './process-info.js';

let base = '';
let count = 0;
const started: EmbeddedPostgres[] = [];
const isRoot = process.getuid?.() === 0;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'tollkeeper-embedded-'));
  chmodSync(base, 0o755);
});
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function fresh(): string {
  const dataDir = join(base, `data-${count++}`);
  makeDataDir(dataDir);
  return dataDir;
}

async function start(dataDir: string, more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, progress: () => undefined, ...more });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const pidFile = ({ clusterDir }: EmbeddedPostgres): string => join(clusterDir, 'postmaster.pid');
const pidOf = (server: EmbeddedPostgres): number => Number(readFileSync(pidFile(server), 'utf8').split('\n')[0]);

/** Whether something listens there. */
const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

describe('a new database', () => {
  let server: EmbeddedPostgres;
  let dataDir = '';
  const lines: string[] = [];

  beforeAll(async () => {
    dataDir = fresh();
    const progress = (line: string): void => void lines.push(line);
    server = await startEmbeddedPostgres({ dataDir, progress, settings: { work_mem: '5MB' } });
  });
  afterAll(() => server.stop());

  it('is ours, in UTF-8, and keeps what it has promised', async () => {
    const [row] = await query(
      server.url,
      `SELECT current_database() AS database, current_user AS role, version(), current_setting('server_encoding') AS encoding,
         current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
         current_setting('max_connections') AS connections, current_setting('shared_buffers') AS buffers,
         current_setting('unix_socket_directories') AS sockets, current_setting('work_mem') AS work_mem,
         current_setting('data_checksums') AS checksums, current_setting('timezone') AS zone`,
    );
    expect(row).toMatchObject({
      database: 'tollkeeper',
      role: 'tollkeeper',
      encoding: 'UTF8',
      fsync: 'on',
      commit: 'on',
      connections: '80',
      buffers: '32MB',
      sockets: '',
      work_mem: '5MB',
      checksums: 'on',
      zone: 'UTC',
    });
    expect(row!.version).toMatch(/^PostgreSQL 18/);
    expect(lines).toEqual([`creating a database in ${server.clusterDir}`]);
  });

  it('asks for the password and listens on this machine alone', async () => {
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.toString(), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await answers('127.0.0.1', server.port)).toBe(true);
    const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    for (const { address, internal } of others) if (!internal) expect(await answers(address, server.port)).toBe(false);
  });

  it('is closed to others and knows nothing of our environment', () => {
    expect(statSync(join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'postgres.log')).mode & 0o777).toBe(0o600);
    expect(statSync(server.clusterDir).mode & 0o077).toBe(0);
    if (!existsSync('/proc')) return;
    const environment = readFileSync(`/proc/${pidOf(server)}/environ`, 'utf8');
    expect(environment).toContain('LC_ALL=C');
    expect(environment).not.toContain('JEST_WORKER_ID');
  });
});

describe('a database that was there', () => {
  it('keeps its data over a stop, which may be asked for twice', async () => {
    const dataDir = fresh();
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE kept (id int)');
    await Promise.all([first.stop(), first.stop()]);
    expect(existsSync(pidFile(first))).toBe(false);
    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([]);
  });

  it('recovers after its server was killed', async () => {
    const dataDir = fresh();
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)');
    process.kill(pidOf(first), 'SIGKILL');
    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
  });

  it('waits for a shutdown that still goes on', async () => {
    const dataDir = fresh();
    const first = await start(dataDir);
    const open = new pg.Client({ connectionString: first.url });
    open.on('error', () => undefined);
    await open.connect();
    const pid = pidOf(first);
    process.kill(pid, 'SIGTERM'); // Waits for sessions to end by themselves, so it lasts.
    while (!readFileSync(pidFile(first), 'utf8').includes('stopping')) await pause(10);
    const second = await start(dataDir);
    expect(pidOf(second)).not.toBe(pid);
  });

  it('leaves a stranger alone who has the process id of the last server', async () => {
    const dataDir = fresh();
    const first = await start(dataDir);
    const text = readFileSync(pidFile(first), 'utf8');
    const { uid, gid } = statSync(first.clusterDir);
    await first.stop();
    const stranger = spawn('sleep', ['60'], { argv0: 'postgres', stdio: 'ignore', ...(isRoot ? { uid, gid } : {}) });
    try {
      writeFileSync(pidFile(first), text.replace(/^\d+/, String(stranger.pid)));
      if (isRoot) chownSync(pidFile(first), uid, gid);
      const second = await start(dataDir);
      expect(pidOf(second)).not.toBe(stranger.pid);
      await second.stop();
      expect(isAlive(stranger.pid!)).toBe(true);
    } finally {
      stranger.kill();
      await waitForExit(stranger.pid!, 2_000);
    }
  });

  it('starts while nobody has waited for the last server, which died', async () => {
    const dataDir = fresh();
    const first = await start(dataDir);
    const text = readFileSync(pidFile(first), 'utf8');
    const { uid, gid } = statSync(first.clusterDir);
    await first.stop();
    // The shell becomes a program that never waits for its child, as a container's first process may be; the echo shows
    // that it has, so that the shell itself cannot have waited either.
    const owner = isRoot ? { uid, gid } : {};
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      ...owner,
    });
    try {
      const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
      const dead = Number(pid.toString());
      parent.stdin.write('echo\n');
      await once(parent.stdout, 'data');
      process.kill(dead, 'SIGKILL');
      await waitForExit(dead, 5_000);
      writeFileSync(pidFile(first), text.replace(/^\d+/, String(dead)), { mode: 0o600 });
      if (isRoot) chownSync(pidFile(first), uid, gid);
      expect(process.kill(dead, 0)).toBe(true);
      expect(pidOf(await start(dataDir))).not.toBe(dead);
    } finally {
      parent.kill();
    }
  });

  it('is not troubled by an initdb that was broken off', async () => {
    const dataDir = fresh();
    mkdirSync(join(dataDir, 'postgres.making-1', 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres.making-1', 'PG_VERSION'), '18');
    writeFileSync(join(dataDir, 'postgres-password.new'), 'of the broken one');
    const server = await start(dataDir);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(join(dataDir, 'postgres.making-1'))).toBe(false);
  });

  it('is found when the process died just before its password had its name', async () => {
    const dataDir = fresh();
    await (await start(dataDir)).stop();
    renameSync(join(dataDir, 'postgres-password'), join(dataDir, 'postgres-password.new'));
    expect(await query((await start(dataDir)).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is set right when a restore left it readable or to root', async () => {
    const dataDir = fresh();
    const first = await start(dataDir);
    await first.stop();
    chmodSync(first.clusterDir, 0o770);
    if (isRoot) await waitForExit(spawn('chown', ['-R', '0:0', first.clusterDir]).pid!, 5_000);
    expect(await query((await start(dataDir)).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('a failure says what to do:', () => {
  it('a database that has gone missing is never replaced by an empty one', async () => {
    const dataDir = fresh();
    const first = await start(dataDir);
    await first.stop();
    renameSync(first.clusterDir, join(base, `moved-${count}`));
    await expect(start(dataDir)).rejects.toThrow(/database of .* is missing.*Bring it back/);
    renameSync(join(base, `moved-${count}`), first.clusterDir);
    rmSync(join(dataDir, 'postgres-password'));
    await expect(start(dataDir)).rejects.toThrow(/postgres-password is missing/);
  });

  it('nor one that PostgreSQL cannot get to any more', async () => {
    if (!isRoot) return;
    const dataDir = fresh();
    await (await start(dataDir)).stop();
    chmodSync(dataDir, 0o700);
    await expect(start(dataDir)).rejects.toThrow(/chmod o\+x/);
    chmodSync(dataDir, 0o711);
    await start(dataDir);
  });

  it('a password of another database', async () => {
    const dataDir = fresh();
    await (await start(dataDir)).stop();
    writeFileSync(join(dataDir, 'postgres-password'), 'wrong');
    await expect(start(dataDir)).rejects.toThrow(/postgres-password does not hold the password of this database/);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('files where the database belongs', async () => {
    const dataDir = fresh();
    mkdirSync(join(dataDir, 'postgres', 'base'), { recursive: true });
    await expect(start(dataDir)).rejects.toThrow(/holds files, but no database/);
  });

  it("a setting that the server refuses, in the server's words", async () => {
    const dataDir = fresh();
    await expect(start(dataDir, { settings: { shared_buffers: 'much' } })).rejects.toThrow(
      /does not start; its log is .*postgres\.log[\s\S]*invalid value for parameter "shared_buffers"/,
    );
    await start(dataDir);
  });

  it('a version that is not there', () => {
    expect(() => findBinaries({ user: {}, spare: join(base, 'bin'), major: 99 })).toThrow(
      /There is no PostgreSQL 99, which made the database, to start\. Install .* or set DATABASE_URL\. Tried: /,
    );
  });
});
