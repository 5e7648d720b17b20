import type pg from 'pg';
import type { CallPlace, ScopeType } from '../../../src/core/scope.js';
import type { Random } from './random.js';

export type Unit = 'nano_usd' | 'micro_credit' | 'token' | 'request';
export type Period = 'day' | 'week' | 'month' | 'total';

export interface TreeTeam {
  readonly id: string;
  readonly budgetMode: 'job_based' | 'consumption_usd' | 'consumption_tokens';
  readonly creditsPerDollar: bigint;
  readonly tokensPerCredit: bigint;
}

export interface TreeLimit {
  readonly id: string;
  readonly scopeType: ScopeType;
  readonly scopeId: string;
  readonly memberId: string | null;
  readonly unit: Unit;
  readonly period: Period;
  amount: bigint;
  enforcement: 'hard' | 'soft' | 'observe';
  isDeleted: boolean;
  readonly grants: TreeGrant[];
}

export interface TreeGrant {
  readonly id: string;
  readonly amount: bigint;
  readonly startsAt: Date;
  readonly endsAt: Date;
  revokedAt: Date | null;
}

/** An organization with everything that a call can be charged to. */
export interface Tree {
  readonly organizationId: string;
  readonly isPrepaid: boolean;
  readonly teams: readonly TreeTeam[];
  readonly keys: readonly CallPlace[];
  readonly groupIds: readonly string[];
  /** Groups of each person. */
  readonly groupsOf: ReadonlyMap<string, readonly string[]>;
  readonly projectIds: readonly string[];
  readonly userIds: readonly string[];
  readonly limits: TreeLimit[];
}

const NOBODY = { teamId: null, projectId: null, userId: null };

/** A random tree in the database, without money. @param tag tells the ids of trees apart */
export async function plantTree(db: pg.Client, random: Random, tag: string): Promise<Tree> {
  const organizationId = `org-${tag}`;
  const isPrepaid = random.percent(50);
  const name = (what: string, index: number): string => `${what}-${tag}-${index}`;
  const two = (what: string): [string, string] => [name(what, 0), name(what, 1)];
  const [teamIds, projectIds, groupIds, userIds] = [two('team'), two('project'), two('group'), two('user')];
  const teams = teamIds.map((id): TreeTeam => ({
    id,
    budgetMode: random.pick(['job_based', 'consumption_usd', 'consumption_tokens']),
    creditsPerDollar: random.bigint(1, 20) * 1_000_000n,
    tokensPerCredit: random.bigint(7, 5_000),
  }));
  const places: Omit<CallPlace, 'organizationId' | 'keyId'>[] = [
    { ...NOBODY, teamId: teamIds[0] },
    { ...NOBODY, teamId: teamIds[1], projectId: projectIds[0] },
    { ...NOBODY, projectId: projectIds[0] },
    { ...NOBODY, projectId: projectIds[0], userId: userIds[0] },
    { ...NOBODY, projectId: projectIds[1], userId: userIds[1] },
  ];
  const keys = places.map((place, index) => ({ organizationId, keyId: name('key', index), ...place }));
  const groupsOf = new Map(userIds.map((id) => [id, groupIds.filter(() => random.percent(60))]));
  const tree = { organizationId, isPrepaid, teams, keys, groupIds, groupsOf, projectIds, userIds, limits: [] };
  await store(db, tree);
  return tree;
}

async function store(db: pg.Client, tree: Tree): Promise<void> {
  const { organizationId, teams, keys, projectIds, groupIds, userIds, groupsOf } = tree;
  const billing = tree.isPrepaid ? 'prepaid' : 'invoiced';
  await db.query('INSERT INTO organizations (id, name, billing) VALUES ($1, $1, $2)', [organizationId, billing]);
  for (const { id, budgetMode, creditsPerDollar, tokensPerCredit } of teams)
    await db.query(
      `INSERT INTO teams (id, organization_id, name, budget_mode, credits_per_dollar, tokens_per_credit)
       VALUES ($1, $2, $1, $3, $4, $5)`,
      [id, organizationId, budgetMode, creditsPerDollar.toString(), tokensPerCredit.toString()],
    );
  await db.query(
    'INSERT INTO projects (id, organization_id, code, name) SELECT id, $1, id, id FROM unnest($2::text[]) AS id',
    [organizationId, projectIds],
  );
  await db.query('INSERT INTO groups (id, organization_id, name) SELECT id, $1, id FROM unnest($2::text[]) AS id', [
    organizationId,
    groupIds,
  ]);
  await db.query("INSERT INTO users (id, email, name) SELECT id, id || '@test', id FROM unnest($1::text[]) AS id", [
    userIds,
  ]);
  await db.query(
    `INSERT INTO members (id, organization_id, user_id, role)
     SELECT 'member-' || id, $1, id, 'member' FROM unnest($2::text[]) AS id`,
    [organizationId, userIds],
  );
  for (const [userId, groups] of groupsOf)
    await db.query(
      'INSERT INTO group_members (group_id, user_id, organization_id) SELECT id, $1, $2 FROM unnest($3::text[]) AS id',
      [userId, organizationId, groups],
    );
  for (const { keyId, teamId, projectId, userId } of keys)
    await db.query(
      `INSERT INTO keys (id, kind, organization_id, team_id, project_id, user_id, name, token_hash, last_four)
       VALUES ($1, $2, $3, $4, $5, $6, $1, $1, 'abcd')`,
      [keyId, teamId ? 'virtual' : userId ? 'user_token' : 'api', organizationId, teamId, projectId, userId],
    );
}

const UNITS: readonly Unit[] = ['nano_usd', 'nano_usd', 'token', 'request', 'micro_credit'];
const PERIODS: readonly Period[] = ['day', 'week', 'month', 'total'];

/** Room for a handful of calls of the sizes that the cases make. */
export function randomAmount(random: Random, unit: Unit): bigint {
  const calls = random.int(0, 6);
  const sizes = { nano_usd: 1_000_000, token: 500, request: 1, micro_credit: 1_000_000 };
  return BigInt(calls * sizes[unit] + (unit === 'request' ? 0 : random.int(0, sizes[unit])));
}

/** A scope of the tree, with a member when it is a pair of two that are named. */
function randomScope(tree: Tree, random: Random): Pick<TreeLimit, 'scopeType' | 'scopeId' | 'memberId'> {
  const members = (ids: readonly string[]): string | null => (random.percent(50) ? random.pick(ids) : null);
  const one = (scopeType: ScopeType, ids: readonly string[], memberId: string | null = null) => ({
    scopeType,
    scopeId: random.pick(ids),
    memberId,
  });
  const teamIds = tree.teams.map((team) => team.id);
  const keyIds = tree.keys.map((key) => key.keyId);
  return random.pick([
    one('organization', [tree.organizationId]),
    one('group', tree.groupIds),
    one('project', tree.projectIds),
    one('team', teamIds),
    one('user', tree.userIds),
    one('key', keyIds),
    one('group_in_project', tree.projectIds, members(tree.groupIds)),
    one('user_in_project', tree.projectIds, members(tree.userIds)),
    one('user_in_group', tree.groupIds, members(tree.userIds)),
  ]);
}

export async function addLimit(db: pg.Client, tree: Tree, random: Random): Promise<TreeLimit> {
  const unit = random.pick(UNITS);
  const limit: TreeLimit = {
    id: `limit-${tree.organizationId}-${String(tree.limits.length).padStart(3, '0')}`,
    ...randomScope(tree, random),
    unit,
    period: random.pick(PERIODS),
    amount: randomAmount(random, unit),
    enforcement: random.pick(['hard', 'hard', 'hard', 'soft', 'observe']),
    isDeleted: false,
    grants: [],
  };
  tree.limits.push(limit);
  const { id, scopeType, scopeId, memberId, period, amount, enforcement } = limit;
  await db.query(
    `INSERT INTO limits (id, organization_id, scope_type, scope_id, member_id, unit, period, amount, enforcement)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, tree.organizationId, scopeType, scopeId, memberId, unit, period, amount.toString(), enforcement],
  );
  return limit;
}
