import { describe, expect, it } from '@jest/globals';
import { browserName } from './browser-name.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';

describe('the name of a browser', () => {
  it.each([
    [CHROME, 'Chrome on Linux'],
    [CHROME.replace('X11; Linux x86_64', 'Windows NT 10.0; Win64; x64') + ' Edg/150.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on macOS'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1', 'Safari on iOS'],
    ['curl/8.1', 'curl/8.1'],
    [null, 'Unknown'],
  ])('of %s is %s', (agent, name) => {
    expect(browserName(agent)).toBe(name);
  });
});
