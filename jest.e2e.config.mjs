import base from './jest.server.config.mjs';

/** Specs that drive Chromium; they need the built pages. */
export default {
  ...base,
  roots: ['<rootDir>/admin-ui/e2e'],
  maxWorkers: '100%',
  testTimeout: 180_000,
  testSequencer: '<rootDir>/admin-ui/e2e/longest-first.mjs',
};
