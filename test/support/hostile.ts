/** A body for /graphql that nobody means well with; never to be executed. */
export interface Hostile {
  readonly name: string;
  readonly body: unknown;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const query = (text: string, variables?: object): object => ({ query: text, ...(variables && { variables }) });
const nest = (levels: number): string =>
  `{ team(id: "x") ${'{ organization { teams '.repeat(levels)}{ id }${' } }'.repeat(levels)} }`;

const deep = range(20).map((at) => query(nest(5 + at * 4)));
const wide = range(12).map((at) => query(`{ teams { total ${'total '.repeat(600 + at * 200)} } }`));
const wideFragments = range(8).map((at) => {
  const names = range(20 + at);
  const fragments = names.map((n) => `fragment F${n} on TeamPage { ${'total '.repeat(40)} }`);
  return query(`{ teams { ${names.map((n) => `...F${n}`).join(' ')} } } ${fragments.join(' ')}`);
});
const aliases = range(20).map((at) =>
  query(
    `{ ${range(31 + at * 10)
      .map((n) => `a${n}: ${at % 2 ? 'teams' : 'keys'} { total }`)
      .join(' ')} }`,
  ),
);
const cycles = range(20).map((at) => {
  const fragments = range(at + 1).map((n) => `fragment F${n} on Team { id ...F${(n + 1) % (at + 1)} }`);
  return query(`{ team(id: "x") { ...F0 } } ${fragments.join(' ')}`);
});
const doubling = range(10).map((at) => {
  const last = 12 + at;
  const fragments = range(last).map(
    (n) => `fragment F${n} on Team { organization { teams { ...F${n + 1} } } ...F${n + 1} }`,
  );
  return query(`{ team(id: "x") { ...F0 } } ${fragments.join(' ')} fragment F${last} on Team { id }`);
});
const directives = range(15).map((at) => {
  const repeated = at % 3 === 0 ? '@include(if: true) ' : at % 3 === 1 ? '@nothing ' : '@skip(if: false) ';
  return query(`{ teams { total ${repeated.repeat(10 + at * 60)} } }`);
});
const literals = range(10).map((at) =>
  at % 2
    ? query(`{ teams(search: "${'x'.repeat(600_000 + at)}") { total } }`)
    : query(`mutation { setTeamAccessGroups(teamId: "x", accessGroupIds: [${'"x" '.repeat(4_000 + at)}]) { id } }`),
);
const bigVariables = range(10).map((at) =>
  query('query ($s: String) { teams(search: $s) { total } }', {
    s: at % 2 ? 'x'.repeat(700_000) : range(120_000 + at),
  }),
);
const introspection = range(10).map((at) =>
  query(`{ __schema { types ${'{ fields { type '.repeat(3 + at)}{ name }${' } }'.repeat(3 + at)} } }`),
);
const PAGES = ['organizations', 'organizations', 'users'] as const;
const costly = range(20).map((at) => {
  const size = at % 2 ? '200' : '$n';
  const page = PAGES[at % PAGES.length]!;
  const inner =
    page === 'users'
      ? 'memberships { organization { members(first: 200) { items { id role user { id name memberships { id } } } } } }'
      : `members(first: ${size}) { items { id role user { id name email memberships { id } } } }`;
  const text = `query ($n: Int) { ${page}(first: ${size}) { items { id ${inner} } } teams(first: $n) { total } }`;
  return query(text, { n: 200 });
});
const batches = range(10).map((at) => range(1 + at * 10).map(() => query('{ teams { total } }')));
const LETTERS = ['\u0000', '\u200b', '\u202e', '\ud800', '\uffff', 'é', 'а', '\u00a0', '\u2028', '😀'];
const unicode = LETTERS.flatMap((letter) => [
  query(`{ te${letter}ams { total } }`),
  query(`query Q${letter} { teams { total } }`),
]);
const WRONG = ['1', 1.5, 1e99, -0.1, true, [1], {}, Number.MAX_SAFE_INTEGER];
const confusedVariables = WRONG.flatMap((wrong) => [
  query('query ($n: Int) { teams(first: $n) { total } }', { n: wrong === 1.5 ? 'NaN' : wrong }),
  query('query ($o: TeamOrder) { teams(orderBy: $o) { total } }', { o: wrong }),
]);
const confusedBodies = [
  null,
  5,
  'query',
  [],
  {},
  { query: null },
  { query: 5 },
  { query: ['{ teams { total } }'] },
  { query: { kind: 'Document' } },
  { query: '' },
  { query: '#' },
  { query: '{ teams { total } }', variables: 'x' },
  { query: '{ teams { total } }', variables: 5 },
  { query: '{ teams { total } }', operationName: 'Other' },
  { query: '{ teams { total } }', operationName: 5 },
  { query: '{ teams { total } } { keys { total } }' },
  { query: 'query A { teams { total } } query A { keys { total } }' },
  { query: 'subscription { teams { total } }' },
  { query: 'type Query { hacked: Int }' },
  { query: 'query ($id: ID!) { team(id: $id) { id } }' },
  { query: 'query ($id: ID!) { team(id: $id) { id } }', variables: { id: null } },
  { query: 'query ($id: ID!) { team(id: $id) { id } }', variables: { id: { $ne: '' } } },
  { query: '{ __proto__ { id } }' },
  { query: '{ constructor }' },
  { query: '{ team(id: "x") { toString hasOwnProperty } }' },
  { extensions: { persistedQuery: { version: 1, sha256Hash: 'x'.repeat(64) } } },
];

/** Over 200 of them: deep, wide, cyclic, doubling, many, huge, costly, in batches, in odd letters, of wrong types. */
export const HOSTILE: readonly Hostile[] = Object.entries({
  deep,
  wide,
  wideFragments,
  aliases,
  cycles,
  doubling,
  directives,
  literals,
  bigVariables,
  introspection,
  costly,
  batches,
  unicode,
  confusedVariables,
  confusedBodies,
}).flatMap(([kind, bodies]) => bodies.map((body, at) => ({ name: `${kind} ${at}`, body })));
