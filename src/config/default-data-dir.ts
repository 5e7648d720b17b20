import { join } from 'node:path';

/** The folder that holds everything when DATA_DIR is not set. */
export function defaultDataDir(
  environment: Readonly<Record<string, string | undefined>>,
  uid: number | null,
  home: string,
): string {
  if (uid === 0) return '/var/lib/tollkeeper/data';
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Tollkeeper');
  if (process.platform === 'win32') return join(environment.LOCALAPPDATA || home, 'Tollkeeper');
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'tollkeeper');
}
