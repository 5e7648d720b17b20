import base from './jest.server.config.mjs';

/** The specs that look at the tree itself: no database, no services, seconds. */
export default {
  ...base,
  globalSetup: undefined,
  globalTeardown: undefined,
  testRegex: ['/test/(architecture|docs|imports)\\.spec\\.ts$', '/test/shape/.*\\.spec\\.ts$'],
};
