import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** The process environment, completed from a file `.env` in the working directory; what is set already wins. */
export function environmentWithFile(path = '.env'): Record<string, string | undefined> {
  if (!existsSync(path)) return process.env;
  return { ...parseEnv(readFileSync(path, 'utf8')), ...process.env };
}
