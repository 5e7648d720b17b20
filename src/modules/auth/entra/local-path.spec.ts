import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { localPath } from './local-path.js';

describe('localPath', () => {
  it.each(['/', '/teams', '/teams/acme?tab=keys&sort=-name#top', '/a%2Fb', '/sign-in?x=https://e.example/'])(
    'keeps %p',
    (path) => {
      expect(localPath(path)).toBe(path);
    },
  );

  it.each([
    ...['//e.example', '/\\e.example', '\\\\e.example', 'https://e.example', 'javascript:alert(1)', 'teams', ''],
    ...['/a\nb', '/\t/e.example', '/a b', '/ä', '/..//e.example', '/.//e.example', '/a\\..\\..//e.example'],
    ...[`/${'a'.repeat(2_000)}`, undefined, null, 7, ['/a'], { path: '/a' }],
  ])('gives / for %p', (path) => {
    expect(localPath(path)).toBe('/');
  });

  it('never leaves the installation, as browsers resolve it', () => {
    const piece = fc.constantFrom('/', '\\', '.', '..', 'e.example', ':', '@', '%2f', '\t', '?', '#', 'a', '//');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = localPath(pieces.join(''));
        expect(new URL(path, 'https://toll.example').origin).toBe('https://toll.example');
      }),
    );
  });
});
