import { Injectable, type LoggerService } from '@nestjs/common';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { Config } from '../../config/index.js';

/** Fields that never reach a log, wherever they stand. */
const REDACTED = [
  'authorization',
  '*.authorization',
  '["x-api-key"]',
  '*["x-api-key"]',
  '["x-admin-key"]',
  '*["x-admin-key"]',
  'password',
  '*.password',
  'token',
  '*.token',
  'credential',
  '*.credential',
];

/** Structured log, one JSON object a line on standard output; also what Nest itself logs through. */
@Injectable()
export class Log implements LoggerService {
  private readonly logger: Logger;

  constructor(config: Config) {
    this.logger = pino({
      level: config.logLevel,
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: REDACTED, censor: '[secret]' },
      formatters: { level: (label) => ({ level: label }) },
    });
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.logger.info(serializable(fields), message);
  }

  warn(message: unknown, fields: unknown = {}): void {
    this.logger.warn(serializable(fields), String(message));
  }

  error(message: unknown, fields: unknown = {}): void {
    this.logger.error(serializable(fields), String(message));
  }

  /** Nest's own chatter about modules and routes is of use only to who debugs the product. */
  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  debug(message: unknown, fields: unknown = {}): void {
    this.logger.debug(serializable(fields), String(message));
  }
}

function serializable(fields: unknown): Record<string, unknown> {
  if (fields === null || typeof fields !== 'object') return { context: fields };
  const { error, ...rest } = fields as Record<string, unknown>;
  if (error === undefined) return rest;
  if (!(error instanceof Error)) return { ...rest, error };
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { ...rest, error: { name: error.name, message: error.message, cause, stack: error.stack } };
}
