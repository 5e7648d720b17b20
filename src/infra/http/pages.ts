import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const OWN = "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";
const FRAMES = "form-action 'self'; frame-ancestors 'none'";
const STRICT = `${OWN}; style-src 'self'; font-src 'self'; ${FRAMES}`;

/** The editors of GraphiQL and Swagger UI style themselves from script, and run workers. */
const EDITOR = `${OWN}; style-src 'self' 'unsafe-inline'; font-src 'self' data:; worker-src 'self' blob:; ${FRAMES}`;

const PAGES = [
  { path: '/', file: 'index.html', policy: STRICT },
  { path: '/playground', file: 'playground/index.html', policy: EDITOR },
  { path: '/docs', file: 'docs/index.html', policy: EDITOR },
];

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
    immutable: true,
    maxAge: A_YEAR_SECONDS * 1000,
  });
  for (const page of PAGES)
    server.get(page.path, (_request, reply) =>
      reply
        .headers({ 'content-security-policy': page.policy, 'cache-control': 'no-store' })
        .type('text/html; charset=utf-8')
        .sendFile(page.file, root, { cacheControl: false }),
    );
}
