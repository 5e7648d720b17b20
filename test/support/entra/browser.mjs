import { URLSearchParams } from 'node:url';

const MOST_STEPS = 10;

/**
 * Goes through the pages of the directory as a browser does: follows redirects, keeps cookies, and sends the form.
 * @returns the first address outside of the directory: where it sends the browser back to
 */
export async function asBrowser(start, form) {
  const { origin } = new URL(start);
  const jar = new Map();
  let url = start;
  let body = null;
  for (let step = 0; step < MOST_STEPS; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { ...(cookie && { cookie }) },
      redirect: 'manual',
      ...(body && { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';', 1)[0].split(/=(.*)/s);
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    const location = response.headers.get('location');
    if (location === null && (body || response.status !== 200))
      throw new Error(`the directory answers ${response.status}: ${await response.text()}`);
    body = location === null ? new URLSearchParams(form) : null;
    if (location !== null) url = new URL(location, url).href;
    if (new URL(url).origin !== origin) return url;
  }
  throw new Error('the directory never sends the browser back');
}
