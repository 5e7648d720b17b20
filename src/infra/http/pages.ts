import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const OWN = "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";
const FRAMES = "form-action 'self'; frame-ancestors 'none'";

/** The portal's styles come from files, or carry the nonce that only this very document knows. */
const portalPolicy = (nonce: string): string => `${OWN}; style-src 'self' 'nonce-${nonce}'; font-src 'self'; ${FRAMES}`;

/** The editors of GraphiQL and Swagger UI style themselves from script, and run workers. */
const EDITOR = `${OWN}; style-src 'self' 'unsafe-inline'; font-src 'self' data:; worker-src 'self' blob:; ${FRAMES}`;

const EDITORS = [
  { path: '/playground', file: 'playground/index.html' },
  { path: '/docs', file: 'docs/index.html' },
];

/** First parts of the addresses that the portal's own router serves, each with all that lies below it. */
const SECTIONS = [
  'sign-in',
  'setup',
  'invitation',
  'organizations',
  'teams',
  'keys',
  'jobs',
  'model-aliases',
  'model-access',
  'models',
  'providers',
  'audit',
  'users',
];

/** Every path that answers with the portal. */
export const PORTAL_PATHS: readonly string[] = ['/', ...SECTIONS.flatMap((each) => [`/${each}`, `/${each}/*`])];

const NONCE = '__CSP_NONCE__';
const NONCE_BYTES = 18;

/** Nothing that the built pages load changes without changing its name. */
const A_YEAR_SECONDS = 31_536_000;

/** Folder of the built pages: beside src in a checkout, beside dist when compiled. */
function pagesFolder(): string | null {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = ['../../../admin-ui/dist', '../../../../admin-ui/dist'].map((each) => join(here, each));
  return candidates.find((each) => existsSync(join(each, 'index.html'))) ?? null;
}

/** Serves the built admin pages, each under the strictest content policy that it works with. */
export async function servePages(server: FastifyInstance): Promise<void> {
  const root = pagesFolder();
  if (!root) return;
  await server.register(fastifyStatic, {
    root: join(root, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: A_YEAR_SECONDS * 1000,
  });
  const document = readFileSync(join(root, 'index.html'), 'utf8');
  const portal = (_request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    return sendPage(reply, portalPolicy(nonce)).send(document.replaceAll(NONCE, nonce));
  };
  for (const path of PORTAL_PATHS) server.get(path, portal);
  for (const { path, file } of EDITORS)
    server.get(path, (_request, reply) => sendPage(reply, EDITOR).sendFile(file, root, { cacheControl: false }));
}

function sendPage(reply: FastifyReply, policy: string): FastifyReply {
  return reply
    .headers({ 'content-security-policy': policy, 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8');
}
