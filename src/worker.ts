import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { loadConfig } from './config/index.js';
import { prepare } from './infra/launch/index.js';
import { Log } from './infra/telemetry/index.js';

/** Queue and schedules alone, for an installation whose API processes run with WORKER=off. */
async function start(): Promise<void> {
  const config = loadConfig();
  if (!config.databaseUrl) throw new Error('DATABASE_URL is needed: a worker shares the database of the API processes');
  const prepared = await prepare(config, (line) => process.stdout.write(`  ${line}\n`));
  const app = await NestFactory.createApplicationContext(AppModule.with(prepared.config.with({ worker: true })), {
    logger: false,
    abortOnError: false,
  });
  app.useLogger(app.get(Log));
  const stop = (): void => void app.close().then(() => prepared.stop());
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.stdout.write('Tollkeeper worker is ready\n');
}

start().catch((error: unknown) => {
  process.stderr.write(`The worker cannot start.\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
