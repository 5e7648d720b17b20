import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Config, loadConfig } from './config/index.js';
import { type Prepared, prepare } from './infra/launch/index.js';
import { SetupLinks } from './modules/auth/index.js';
import { DemoService, quickExample } from './modules/demo/index.js';
import { createServer } from './server.js';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** A bug that nobody caught: the state of the process cannot be trusted, so it stops, and recovery does the rest. */
function crash(error: unknown): void {
  process.stderr.write(
    `Tollkeeper stops after an unexpected fault: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}

async function start(): Promise<void> {
  const prepared = await prepare(loadConfig(), (line) => print(`  ${line}`));
  let app: NestFastifyApplication | null = null;
  const stopOnce = once(async () => {
    print('Stopping: waiting for running calls');
    await app?.close();
    await prepared.stop();
    process.exit(0);
  });
  process.on('SIGINT', stopOnce);
  process.on('SIGTERM', stopOnce);
  try {
    app = await createServer(prepared.config);
    await app.listen({ port: prepared.config.port, host: prepared.config.host });
  } catch (error) {
    await app?.close();
    await prepared.stop();
    throw error;
  }
  const url = publicUrl(prepared.config, await app.getUrl());
  await prepared.describe(url);
  const demoKey = prepared.config.demo ? await app.get(DemoService).ensure() : null;
  welcome(prepared, url, demoKey);
  await inviteOwner(app, url);
  print('Ctrl-C stops everything.');
}

function publicUrl(config: Config, listening: string): string {
  return config.publicUrl ?? listening.replace(/\[::1?\]|0\.0\.0\.0/, '127.0.0.1').replace(/\/$/, '');
}

function welcome({ masterKey, config }: Prepared, url: string, demoKey: string | null): void {
  const seconds = process.uptime().toFixed(1);
  print(`\nTollkeeper is ready at ${url} (after ${seconds} s; data in ${config.dataDir})`);
  print(`  GraphQL playground  ${url}/playground\n  REST reference      ${url}/docs`);
  if (masterKey?.isNew)
    print(
      `\nMaster key (header X-Admin-Key), shown this once and kept in ${masterKey.path}:\n  ${masterKey.secret.reveal()}`,
    );
  else if (masterKey) print(`  Master key          in ${masterKey.path}`);
  if (isExposed(config)) print('\nPeople reach this over plain http: sessions can be read on the way. Use https.');
  if (demoKey) print(`\nTry it:\n\n${quickExample(url, demoKey)}\n`);
}

const LOOPBACK = /^(localhost|127\.[\d.]+|\[?::1\]?)$/;

/** Whether sessions travel in the clear over a network. */
function isExposed({ publicUrl, host }: Config): boolean {
  const url = publicUrl === null ? null : new URL(publicUrl);
  return url?.protocol !== 'https:' && !LOOPBACK.test(url?.hostname ?? host);
}

/** While nobody owns an installation with a directory, whoever can read its output may make the owner. */
async function inviteOwner(app: NestFastifyApplication, url: string): Promise<void> {
  const path = await app.get(SetupLinks).issue();
  if (path)
    print(`\nNobody owns this installation yet. This link works once, for 30 minutes, and makes whoever signs in by it
the owner:\n  ${url}${path}\n`);
}

function once(work: () => Promise<void>): () => void {
  let isRunning = false;
  return () => {
    if (isRunning) return;
    isRunning = true;
    work().catch(crash);
  };
}

process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
start().catch((error: unknown) => {
  process.stderr.write(`\nTollkeeper cannot start.\n${explanation(error)}\n`);
  process.exit(1);
});

/** `error` is how PostgreSQL's own errors are named. */
const MEANT_FOR_OPERATORS = new Set(['Error', 'ConfigError', 'DomainError', 'QueryFailedError', 'error']);

/** Errors that are thrown on purpose speak for themselves; a bug shows where it is. */
function explanation(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return MEANT_FOR_OPERATORS.has(error.name) ? error.message : (error.stack ?? error.message);
}
