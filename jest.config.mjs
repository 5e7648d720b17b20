/** Everything that needs no browser: the server on its database, and the portal's components in jsdom. */
export default {
  projects: ['<rootDir>/jest.server.config.mjs', '<rootDir>/jest.portal.config.mjs'],
  // Jest would leave a core idle for itself; on two cores that is half of the machine.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '700MB',
  // Far more than any test needs, for machines that are busy.
  testTimeout: 90_000,
};
