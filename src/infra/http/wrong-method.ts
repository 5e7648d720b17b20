import type { FastifyInstance } from 'fastify';
import { DomainError } from '../../core/errors.js';

interface KnownPath {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** Answers 405 instead of 404 when a path exists under another method. Knows the routes that are added from here on. */
export function refuseWrongMethods(server: FastifyInstance): void {
  const paths = new Map<string, KnownPath>();
  server.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const path = paths.get(url) ?? { segments: segmentsOf(url), methods: new Set<string>() };
    paths.set(url, path);
    for (const each of [method].flat()) path.methods.add(each);
  });
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const asked = segmentsOf(request.url.split('?', 1)[0]!);
    const known = [...paths.values()].filter((path) => matches(path.segments, asked));
    if (known.length === 0) return;
    void reply.header('allow', [...new Set(known.flatMap((path) => [...path.methods]))].join(', '));
    throw new DomainError('method_not_allowed', 'Method Not Allowed');
  });
}

const segmentsOf = (path: string): string[] => path.replace(/\/$/, '').split('/');

const matches = (pattern: readonly string[], asked: readonly string[]): boolean =>
  pattern.length === asked.length &&
  pattern.every((each, place) => (each.startsWith(':') ? asked[place] !== '' : each === asked[place]));
