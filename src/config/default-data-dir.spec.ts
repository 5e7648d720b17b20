import { describe, expect, it } from '@jest/globals';
import { defaultDataDir } from './default-data-dir.js';

describe('defaultDataDir', () => {
  it('is of the system for root, and of the user for anybody else', () => {
    expect(defaultDataDir({}, 0, '/root')).toBe('/var/lib/tollkeeper/data');
    expect(defaultDataDir({ XDG_DATA_HOME: '/x' }, 0, '/root')).toBe('/var/lib/tollkeeper/data');
    if (process.platform !== 'linux') return;
    expect(defaultDataDir({}, 1000, '/home/ann')).toBe('/home/ann/.local/share/tollkeeper');
    expect(defaultDataDir({ XDG_DATA_HOME: '/x' }, 1000, '/home/ann')).toBe('/x/tollkeeper');
    expect(defaultDataDir({ XDG_DATA_HOME: '' }, 1000, '/home/ann')).toBe('/home/ann/.local/share/tollkeeper');
  });
});
