import type { CallPlace, Scope, ScopeType } from '../../../core/scope.js';

/** What decides whether and before which others a limit binds; of spend or of rate. */
export interface Candidate {
  readonly id: string;
  readonly scope: Scope;
  readonly unit: string;
  readonly period: string | null;
  readonly amount: bigint;
  readonly enforcement: string;
}

/** A limit that binds a call, and whose window of it counts. */
export interface Binding<C extends Candidate> {
  readonly limit: C;
  /** The member whose own window it is; empty when the limit has one for all. */
  readonly subject: string;
}

/** Where a call stands: its place, and the groups of the person who calls. */
export interface Standing {
  readonly place: CallPlace;
  readonly groupIds: readonly string[];
}

/** Limits of one kind stand in for one another; those of different kinds all hold. */
type Kind = 'organization' | 'group' | 'project' | 'team' | 'user' | 'key';

/** Of each type its kind, and how specific it is among the types of the kind. */
const TYPES: Readonly<Record<ScopeType, { kind: Kind; depth: number }>> = {
  organization: { kind: 'organization', depth: 0 },
  group: { kind: 'group', depth: 0 },
  group_in_project: { kind: 'group', depth: 1 },
  project: { kind: 'project', depth: 0 },
  team: { kind: 'team', depth: 0 },
  user: { kind: 'user', depth: 0 },
  user_in_group: { kind: 'user', depth: 1 },
  user_in_project: { kind: 'user', depth: 2 },
  key: { kind: 'key', depth: 0 },
};

const isPair = ({ type }: Scope): boolean => type.includes('_in_');

/** A pair that names its member is more specific than one for each member, and that more than what is no pair. */
const closeness = (scope: Scope): number => (isPair(scope) ? (scope.memberId === null ? 1 : 2) : 0);

/** The ids that a call has for a side of a scope: one, none, or those of several groups. */
function idsOf(side: Kind, { place, groupIds }: Standing): readonly string[] {
  const one = {
    organization: place.organizationId,
    project: place.projectId,
    team: place.teamId,
    user: place.userId,
    key: place.keyId,
  };
  if (side === 'group') return groupIds;
  const id = one[side];
  return id === null ? [] : [id];
}

/** The subjects whose windows of a limit a call falls into; none when the limit is about others. */
function subjectsOf({ scope }: Candidate, standing: Standing): readonly string[] {
  const [first, last] = scope.type.split('_in_') as [Kind, Kind | undefined];
  if (!idsOf(last ?? first, standing).includes(scope.id)) return [];
  if (last === undefined) return [''];
  const members = idsOf(first, standing);
  if (scope.memberId === null) return members;
  return members.includes(scope.memberId) ? [''] : [];
}

/** Below zero when the first binds before the second: the more specific, then the lower, then the lower id. */
function before<C extends Candidate>(one: Binding<C>, other: Binding<C>): number {
  const [first, second] = [one.limit, other.limit];
  const bySpecificity =
    closeness(second.scope) - closeness(first.scope) || TYPES[second.scope.type].depth - TYPES[first.scope.type].depth;
  if (bySpecificity !== 0) return bySpecificity;
  if (first.amount !== second.amount) return first.amount < second.amount ? -1 : 1;
  if (first.id !== second.id) return first.id < second.id ? -1 : 1;
  return one.subject < other.subject ? -1 : 1;
}

const isSame = (one: Binding<Candidate>, other: Binding<Candidate>): boolean =>
  one.subject === other.subject &&
  one.limit.scope.type === other.limit.scope.type &&
  one.limit.scope.id === other.limit.scope.id &&
  one.limit.scope.memberId === other.limit.scope.memberId;

/**
 * The limits that bind a call: of each kind of scope, unit, period and enforcement those on the most specific scope, so
 * that one that only alerts or observes never stands in for one that refuses. Several on that very scope all bind: a
 * grant that lifts the lowest must not lift the next.
 */
export function bindingLimits<C extends Candidate>(standing: Standing, limits: readonly C[]): Binding<C>[] {
  const rivals = new Map<string, Binding<C>[]>();
  for (const limit of limits) {
    const contest = [TYPES[limit.scope.type].kind, limit.unit, limit.period, limit.enforcement].join();
    const bindings = subjectsOf(limit, standing).map((subject) => ({ limit, subject }));
    rivals.set(contest, [...(rivals.get(contest) ?? []), ...bindings]);
  }
  return [...rivals.values()].flatMap((bindings) => {
    const [best] = bindings.sort(before);
    return best ? bindings.filter((each) => isSame(each, best)) : [];
  });
}
