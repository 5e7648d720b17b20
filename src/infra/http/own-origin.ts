import type { FastifyRequest } from 'fastify';

const OWN_SITES = new Set(['same-origin', 'none']);

type HeadersOf = Pick<FastifyRequest, 'headers' | 'protocol' | 'host'>;

/**
 * Where a browser says that a request comes from: the product's own pages, somewhere else, or, without the headers that
 * a page cannot forge, nowhere. Sec-Fetch-Site is sent to trustworthy addresses only; Origin fills the gap.
 * @param publicOrigin null when none is configured; the address of the request is then the own one
 */
export function siteOf(request: HeadersOf, publicOrigin: string | null): 'own' | 'other' | 'unknown' {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return typeof site === 'string' && OWN_SITES.has(site) ? 'own' : 'other';
  const origin = request.headers.origin;
  if (origin === undefined) return 'unknown';
  return origin === (publicOrigin ?? `${request.protocol}://${request.host}`) ? 'own' : 'other';
}
