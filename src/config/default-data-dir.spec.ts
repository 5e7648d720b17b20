import { isAbsolute } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { defaultDataDir } from './default-data-dir.js';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('defaultDataDir', () => {
  it('is a folder of the system for root, whatever the environment says', () => {
    expect(defaultDataDir({ XDG_DATA_HOME: '/elsewhere' }, 0, '/root')).toBe('/var/lib/tollkeeper/data');
  });

  onLinux('is the user data folder of the XDG rules for everybody else', () => {
    expect(defaultDataDir({}, 1000, '/home/ada')).toBe('/home/ada/.local/share/tollkeeper');
    expect(defaultDataDir({ XDG_DATA_HOME: '' }, 1000, '/home/ada')).toBe('/home/ada/.local/share/tollkeeper');
    expect(defaultDataDir({ XDG_DATA_HOME: '/data' }, 1000, '/home/ada')).toBe('/data/tollkeeper');
  });

  it("is never another user's, and never depends on the working directory", () => {
    const [ada, bob] = ['/home/ada', '/home/bob'].map((home, at) => defaultDataDir({}, 1000 + at, home));
    expect(ada).not.toBe(bob);
    expect([ada, bob, defaultDataDir({}, null, '/home/ada')].every((each) => isAbsolute(each!))).toBe(true);
  });
});
