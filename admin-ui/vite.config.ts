import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = 'http://127.0.0.1:8003';
const PROXIED = ['/graphql', '/openapi.json', '/health', '/metrics', '/api', '/v1', '/auth'];

const modules = (names: string): RegExp => new RegExp(`node_modules[\\\\/](${names})[\\\\/]`);

/** Three entries. No asset is inlined into HTML or script, so the content policy needs no exception for them. */
export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    target: 'es2022',
    // The first that know light-dark() themselves: written out for older ones, it would lose the colours of both schemes.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4_000,
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      input: ['index.html', 'playground/index.html', 'docs/index.html'],
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: modules('react|react-dom|scheduler|react-router') },
            { name: 'apollo', test: modules('@apollo|@wry|optimism|rxjs') },
            {
              name: 'mantine',
              test: modules('@mantine[\\\\/](core|hooks|form|notifications|spotlight|store)|@floating-ui'),
            },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: Object.fromEntries(PROXIED.map((path) => [path, SERVER])) },
});
