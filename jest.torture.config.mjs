import base from './jest.server.config.mjs';

/** The torture cases, started by scripts/torture.mjs; one after the other, since they measure what they load. */
export default {
  ...base,
  roots: ['<rootDir>/test/torture/cases'],
  testRegex: '\\.torture\\.ts$',
  globalSetup: './test/torture/support/global-setup.mjs',
  maxWorkers: 1,
  testTimeout: 14_400_000,
};
