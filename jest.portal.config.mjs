const SWC = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', tsx: true },
    transform: { react: { runtime: 'automatic' } },
    target: 'es2022',
  },
  module: { type: 'commonjs' },
};

/** Specs of the portal's components and of its pure functions, beside the code. */
export default {
  displayName: 'portal',
  rootDir: './admin-ui',
  roots: ['<rootDir>/src'],
  testEnvironment: '<rootDir>/test/environment.mjs',
  testRegex: '\\.spec\\.tsx?$',
  transform: { '^.+\\.tsx?$': ['@swc/jest', SWC] },
  moduleNameMapper: {
    '\\.css$': '<rootDir>/test/empty.cjs',
    '\\.svg$': '<rootDir>/test/empty.cjs',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  setupFiles: ['<rootDir>/test/setup.cjs'],
};
