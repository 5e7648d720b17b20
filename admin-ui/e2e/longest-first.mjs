/** Files that take longest, first: started last, one of them would keep a core to itself while the other idles. */
const LONGEST = ['portal.e2e-spec.ts', 'teams.e2e-spec.ts', 'models.e2e-spec.ts', 'organizations.e2e-spec.ts'];

const rankOf = ({ path }) => {
  const rank = LONGEST.findIndex((name) => path.endsWith(`/${name}`));
  return rank < 0 ? LONGEST.length : rank;
};

/** Jest's own order on a machine that has not run them yet is by size. */
export default class LongestFirst {
  sort(tests) {
    return [...tests].sort((one, other) => rankOf(one) - rankOf(other));
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}
