/** Everything that needs no browser: the server on its database, and the portal's components in jsdom. */
export default {
  projects: ['<rootDir>/jest.server.config.mjs', '<rootDir>/jest.portal.config.mjs'],
  workerIdleMemoryLimit: '700MB',
  testTimeout: 30_000,
};
