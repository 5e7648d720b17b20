const ANY_ORIGIN = 'http://local.invalid';
const MOST_CHARACTERS = 2_000;

/**
 * Where to go after signing in: a path of this installation, or `/` for whatever a browser might take for a way out of
 * it, such as `//host`, `/\host` or a path with control characters.
 */
export function localPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > MOST_CHARACTERS) return '/';
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return '/';
  const url = URL.canParse(wanted, ANY_ORIGIN) ? new URL(wanted, ANY_ORIGIN) : null;
  return url?.origin === ANY_ORIGIN && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : '/';
}
