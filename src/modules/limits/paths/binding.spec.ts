import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CallPlace, type Scope, SCOPE_TYPES, type ScopeType } from '../../../core/scope.js';
import { LIMIT_ENFORCEMENTS, LIMIT_PERIODS, LIMIT_UNITS } from '../limit-words.js';
import { type Binding, bindingLimits, type Candidate, type Standing } from './binding.js';

const PLACE: CallPlace = { organizationId: 'o1', keyId: 'k1', teamId: 't1', projectId: 'p1', userId: 'u1' };
const STANDING: Standing = { place: PLACE, groupIds: ['g1', 'g2'] };

const scope = (type: ScopeType, id: string, memberId: string | null = null): Scope => ({ type, id, memberId });

let serial = 0;
function limit(on: Scope, amount: number, fields: Partial<Candidate> = {}): Candidate {
  const id = `l${String(++serial).padStart(5, '0')}`;
  return { id, scope: on, unit: 'nano_usd', period: 'day', enforcement: 'hard', amount: BigInt(amount), ...fields };
}

const chosen = (limits: Candidate[], standing = STANDING): string[] =>
  bindingLimits(standing, limits)
    .map(
      (each) =>
        `${each.limit.scope.type}:${each.limit.scope.id} ${each.limit.amount}${each.subject && ` of ${each.subject}`}`,
    )
    .sort();

describe('a limit binds the calls that it is about', () => {
  it.each<[ScopeType, string, string | null, string]>([
    ['organization', 'o1', null, ''],
    ['group', 'g2', null, ''],
    ['project', 'p1', null, ''],
    ['team', 't1', null, ''],
    ['user', 'u1', null, ''],
    ['key', 'k1', null, ''],
    ['group_in_project', 'p1', 'g2', ''],
    ['user_in_project', 'p1', 'u1', ''],
    ['user_in_project', 'p1', null, 'u1'],
    ['user_in_group', 'g1', 'u1', ''],
    ['user_in_group', 'g1', null, 'u1'],
  ])('%s %s, member %s', (type, id, memberId, subject) => {
    const own = limit(scope(type, id, memberId), 5);
    expect(bindingLimits(STANDING, [own])).toEqual([{ limit: own, subject }]);
  });

  it.each<[ScopeType, string, string | null]>([
    ['organization', 'o2', null],
    ['group', 'g3', null],
    ['project', 'p2', null],
    ['team', 't2', null],
    ['user', 'u2', null],
    ['key', 'k2', null],
    ['group_in_project', 'p2', 'g1'],
    ['group_in_project', 'p1', 'g3'],
    ['user_in_project', 'p1', 'u2'],
    ['user_in_project', 'p2', null],
    ['user_in_group', 'g3', null],
    ['user_in_group', 'g1', 'u2'],
  ])('and not those of others: %s %s, member %s', (type, id, memberId) => {
    expect(bindingLimits(STANDING, [limit(scope(type, id, memberId), 5)])).toEqual([]);
  });

  it('without a person, project or team the limits on these bind nothing', () => {
    const bare = { place: { ...PLACE, teamId: null, projectId: null, userId: null }, groupIds: [] };
    const limits = SCOPE_TYPES.flatMap((type) =>
      ['u1', null].map((memberId) => limit(scope(type, `${type[0]}1`, memberId), 1)),
    );
    expect(chosen(limits, bare)).toEqual(['key:k1 1', 'organization:o1 1']);
  });
});

describe('of several limits', () => {
  it('those of different kinds all bind', () => {
    const kinds = [scope('organization', 'o1'), scope('group', 'g1'), scope('project', 'p1'), scope('team', 't1')];
    const all = [...kinds, scope('user', 'u1'), scope('key', 'k1')].map((each) => limit(each, 7));
    expect(bindingLimits(STANDING, all)).toHaveLength(6);
  });

  it('those of different units, periods and manners all bind', () => {
    const on = scope('team', 't1');
    const all = [
      limit(on, 1),
      limit(on, 2, { unit: 'token' }),
      limit(on, 3, { period: 'month' }),
      limit(on, 4, { enforcement: 'observe' }),
    ];
    expect(bindingLimits(STANDING, all)).toHaveLength(4);
  });

  it('all on the most specific scope bind, since a grant may lift the lowest', () => {
    const on = scope('team', 't1');
    expect(chosen([limit(on, 9), limit(on, 3)])).toEqual(['team:t1 3', 'team:t1 9']);
  });

  it('of equally specific scopes the one with the lowest binds; of equal amounts the one of the lower id', () => {
    const [first, second] = [limit(scope('group', 'g2'), 4), limit(scope('group', 'g1'), 4)];
    for (const order of [
      [first, second],
      [second, first],
    ])
      expect(bindingLimits(STANDING, order)[0]!.limit.id).toBe(first.id);
    expect(
      chosen([limit(scope('group', 'g1'), 5), limit(scope('group', 'g2'), 4), limit(scope('group', 'g1'), 9)]),
    ).toEqual(['group:g2 4']);
  });

  it('one that only alerts never stands in for one that refuses', () => {
    const limits = [limit(scope('team', 't1'), 9), limit(scope('team', 't1'), 3, { enforcement: 'soft' })];
    expect(chosen(limits)).toEqual(['team:t1 3', 'team:t1 9']);
  });

  it('one that only observes never stands in for one that refuses, however low or specific', () => {
    const limits = [
      limit(scope('user', 'u1'), 9),
      limit(scope('user_in_project', 'p1', 'u1'), 1, { enforcement: 'observe' }),
    ];
    expect(chosen(limits)).toEqual(['user:u1 9', 'user_in_project:p1 1']);
  });

  it('of the groups of a person the lowest binds', () => {
    expect(chosen([limit(scope('group', 'g1'), 8), limit(scope('group', 'g2'), 6)])).toEqual(['group:g2 6']);
  });

  it('of a window for each group, the first of the groups counts', () => {
    expect(chosen([limit(scope('group_in_project', 'p1'), 6)])).toEqual(['group_in_project:p1 6 of g1']);
  });

  it('the more specific binds although it is higher, in this order', () => {
    const order = [
      limit(scope('user', 'u1'), 1),
      limit(scope('user_in_group', 'g1'), 2),
      limit(scope('user_in_project', 'p1'), 3),
      limit(scope('user_in_group', 'g1', 'u1'), 4),
      limit(scope('user_in_project', 'p1', 'u1'), 5),
    ];
    for (let most = 1; most <= order.length; most++)
      expect(bindingLimits(STANDING, order.slice(0, most)).map((each) => each.limit)).toEqual([order[most - 1]]);
    const groups = [limit(scope('group', 'g1'), 1), limit(scope('group_in_project', 'p1'), 2)];
    groups.push(limit(scope('group_in_project', 'p1', 'g2'), 3));
    for (let most = 1; most <= groups.length; most++)
      expect(bindingLimits(STANDING, groups.slice(0, most)).map((each) => each.limit)).toEqual([groups[most - 1]]);
  });
});

/** The same, said once more and otherwise: a table of what matches, sorted by rank, and the first of each kind. */
const RANKS: readonly [string, (standing: Standing, on: Scope) => string[]][] = [
  ['organization', ({ place }, on) => (on.type === 'organization' && on.id === place.organizationId ? [''] : [])],
  ['project', ({ place }, on) => (on.type === 'project' && on.id === place.projectId ? [''] : [])],
  ['team', ({ place }, on) => (on.type === 'team' && on.id === place.teamId ? [''] : [])],
  ['key', ({ place }, on) => (on.type === 'key' && on.id === place.keyId ? [''] : [])],
  [
    'group',
    ({ place, groupIds }, on) =>
      on.type === 'group_in_project' && on.id === place.projectId && groupIds.includes(on.memberId ?? '') ? [''] : [],
  ],
  [
    'group',
    ({ place, groupIds }, on) =>
      on.type === 'group_in_project' && on.id === place.projectId && on.memberId === null
        ? [...groupIds].sort().slice(0, 1)
        : [],
  ],
  ['group', ({ groupIds }, on) => (on.type === 'group' && groupIds.includes(on.id) ? [''] : [])],
  [
    'user',
    ({ place }, on) =>
      on.type === 'user_in_project' && on.id === place.projectId && place.userId && on.memberId === place.userId
        ? ['']
        : [],
  ],
  [
    'user',
    ({ place, groupIds }, on) =>
      on.type === 'user_in_group' && groupIds.includes(on.id) && place.userId && on.memberId === place.userId
        ? ['']
        : [],
  ],
  [
    'user',
    ({ place }, on) =>
      on.type === 'user_in_project' && on.id === place.projectId && on.memberId === null && place.userId
        ? [place.userId]
        : [],
  ],
  [
    'user',
    ({ place, groupIds }, on) =>
      on.type === 'user_in_group' && groupIds.includes(on.id) && on.memberId === null && place.userId
        ? [place.userId]
        : [],
  ],
  ['user', ({ place }, on) => (on.type === 'user' && on.id === place.userId ? [''] : [])],
];

function naive(standing: Standing, limits: readonly Candidate[]): Binding<Candidate>[] {
  const contests = [...new Set(limits.map((each) => [each.unit, each.period, each.enforcement].join()))];
  const kinds = [...new Set(RANKS.map(([kind]) => kind))];
  const ordered = [...limits].sort((one, other) =>
    one.amount === other.amount ? one.id.localeCompare(other.id) : one.amount < other.amount ? -1 : 1,
  );
  return contests.flatMap((contest) =>
    kinds.flatMap((kind) => {
      const rivals = ordered.filter((each) => [each.unit, each.period, each.enforcement].join() === contest);
      const matches = RANKS.filter(([of]) => of === kind).flatMap(([, matching]) =>
        rivals.flatMap((each) => matching(standing, each.scope).map((subject) => ({ limit: each, subject }))),
      );
      const told = ({ limit: each, subject }: Binding<Candidate>): string => JSON.stringify([each.scope, subject]);
      return matches.filter((each) => told(each) === told(matches[0]!));
    }),
  );
}

describe('against a second, naive implementation', () => {
  const ids = (letter: string): fc.Arbitrary<string> => fc.constantFrom(`${letter}1`, `${letter}2`, `${letter}3`);
  const maybe = (letter: string): fc.Arbitrary<string | null> => fc.option(ids(letter), { freq: 3 });
  const scopes = fc.constantFrom(...SCOPE_TYPES).chain((type): fc.Arbitrary<Scope> => {
    const [first, last] = type.split('_in_');
    const place = ids((last ?? first)![0]!);
    return fc.record({ type: fc.constant(type), id: place, memberId: last ? maybe(first![0]!) : fc.constant(null) });
  });
  const limits = fc
    .array(
      fc.record({
        scope: scopes,
        unit: fc.constantFrom(...Object.values(LIMIT_UNITS).slice(0, 2)),
        period: fc.constantFrom(...Object.values(LIMIT_PERIODS).slice(0, 2)),
        enforcement: fc.constantFrom(...Object.values(LIMIT_ENFORCEMENTS)),
        amount: fc.bigInt(0n, 4n),
      }),
      { maxLength: 40 },
    )
    .map((all) => all.map((each, index): Candidate => ({ ...each, id: `l${String(index).padStart(3, '0')}` })));
  const standings = fc.record({
    place: fc.record({
      organizationId: ids('o'),
      keyId: ids('k'),
      teamId: maybe('t'),
      projectId: maybe('p'),
      userId: maybe('u'),
    }),
    groupIds: fc.subarray(['g1', 'g2', 'g3']),
  });
  const told = (bindings: readonly Binding<Candidate>[]): string[] =>
    bindings.map((each) => `${each.limit.id} ${each.subject}`).sort();

  it('gives the same, in whichever order the limits come', () => {
    fc.assert(
      fc.property(standings, limits, fc.boolean(), (standing, all, isReversed) => {
        const ordered = isReversed ? [...all].reverse() : all;
        expect(told(bindingLimits(standing, ordered))).toEqual(told(naive(standing, all)));
      }),
      { numRuns: 3_000 },
    );
  });
});
