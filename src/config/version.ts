import { readFileSync } from 'node:fs';

/** From package.json, which lies above src in a checkout and above dist when compiled. */
export function version(): string {
  for (const place of ['../../package.json', '../../../package.json'])
    try {
      return (JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as { version: string }).version;
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error;
    }
  return 'unknown';
}
