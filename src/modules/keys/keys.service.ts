import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../../core/clock.js';
import type { Ctx } from '../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../core/errors.js';
import { newId } from '../../core/id.js';
import type { Page, PageRequest } from '../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../infra/database/index.js';
import { Events } from '../../infra/events/index.js';
import { Organization } from '../organizations/index.js';
import { ProjectsService } from '../projects/index.js';
import { Team, TeamsService } from '../teams/index.js';
import { MembersService, UserStatus } from '../users/index.js';
import { type IssuedKey, Key, KeyKind, KeyStatus } from './key.entity.js';
import { generateToken, hashToken, lastFour } from './key-token.js';
import {
  type CreateApiKeyInput,
  type CreateUserTokenInput,
  type CreateVirtualKeyInput,
  type KeyFilter,
  KeyOrder,
  type RotateKeyInput,
} from './keys.inputs.js';
import { type KeyRules, keptRules } from './rules/key-rules.js';

/** Topic of the events that tell every process to forget what it has cached of a key. */
export const KEY_CHANGED = 'key';

/** As KeyStatusFilter has it. */
const STATUS = `CASE WHEN key.status = 'active' AND key.expires_at <= :now THEN 'expired' ELSE key.status END`;
const COLUMNS: SortColumns<KeyOrder> = {
  created: ['key.createdAt', 'timestamptz'],
  name: ['key.name', 'text'],
  last_used: ['key.lastUsedAt', 'timestamptz', 'nullable'],
  last_four: ['key.lastFour', 'text'],
  status: [STATUS, 'text'],
  expires: ['key.expiresAt', 'timestamptz', 'nullable'],
  team: ['team.name', 'text', 'nullable'],
  organization: ['organization.name', 'text'],
};

const countsBy = (column: 'team_id' | 'project_id' | 'organization_id'): string => `
  SELECT ${column} AS id, count(*)::integer AS keys FROM keys
  WHERE ${column} = ANY($1) AND status = 'active' AND (expires_at IS NULL OR expires_at > $2) GROUP BY ${column}`;
/** Most keys of one line that are shown; the latest. */
const MAX_LINE = 50;
/** The keys from which $1 descends, and all that descend from the first of them; all are of one organization, $2. */
const LINE = `
  WITH RECURSIVE before AS (SELECT id, rotated_from FROM keys WHERE id = $1
    UNION SELECT key.id, key.rotated_from FROM keys key JOIN before ON key.id = before.rotated_from),
  line AS (SELECT id FROM before WHERE rotated_from IS NULL
    UNION SELECT key.id FROM keys key JOIN line ON key.rotated_from = line.id AND key.organization_id = $2)
  SELECT id FROM line`;

const COUNTS = {
  team: countsBy('team_id'),
  project: countsBy('project_id'),
  organization: countsBy('organization_id'),
};
const DAY_MS = 24 * 60 * 60_000;

/** What a key is made of; a rotation keeps all of it. */
type Making = Pick<Key, 'kind' | 'organizationId' | 'teamId' | 'projectId' | 'userId' | 'name' | 'expiresAt' | 'rules'>;

@Injectable()
export class KeysService {
  constructor(
    private readonly teams: TeamsService,
    private readonly projects: ProjectsService,
    private readonly members: MembersService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  async get(ctx: Ctx, id: string): Promise<Key> {
    const key = await ctx.em.findOneBy(Key, { id });
    if (!key) throw notFound('Key', id);
    return key;
  }

  list(ctx: Ctx, page: PageRequest, filter: KeyFilter = {}, order = KeyOrder.CREATED_DESC): Promise<Page<Key>> {
    const query = ctx.em
      .createQueryBuilder(Key, 'key')
      .leftJoin(Team, 'team', 'team.id = key.teamId')
      .leftJoin(Organization, 'organization', 'organization.id = key.organizationId')
      .where('true')
      .setParameter('now', this.clock.now());
    const { organizationId, teamId, projectId, userId, kind } = filter;
    for (const [column, value] of Object.entries({ organizationId, teamId, projectId, userId, kind }))
      if (value) query.andWhere(`key.${column} = :${column}`, { [column]: value });
    if (filter.status) query.andWhere(`${STATUS} = :status`, { status: filter.status });
    if (page.search)
      query.andWhere('(key.name ILIKE :text OR key.lastFour ILIKE :text OR key.id ILIKE :text)', {
        text: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** Those of the ids that the actor may see, revoked ones too. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Key>> {
    const keys = await ctx.em.findBy(Key, { id: In(ids) });
    return new Map(keys.map((key) => [key.id, key]));
  }

  /** All keys that were made from one another by rotation, this one included, the latest first. */
  async lineOf(ctx: Ctx, key: Key): Promise<Key[]> {
    const rows = await ctx.em.query<{ id: string }[]>(LINE, [key.id, key.organizationId]);
    const id = In(rows.map((row) => row.id));
    return ctx.em.find(Key, { where: { id }, order: { createdAt: 'DESC', id: 'DESC' }, take: MAX_LINE });
  }

  /** How many keys of each of them work now; none has no entry. */
  async countActive(ctx: Ctx, by: keyof typeof COUNTS, ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await ctx.em.query<{ id: string; keys: number }[]>(COUNTS[by], [ids, this.clock.now()]);
    return new Map(rows.map((row) => [row.id, row.keys]));
  }

  isExpired(key: Key): boolean {
    return key.expiresAt !== null && key.expiresAt <= this.clock.now();
  }

  /** The youngest key of the team that works now; null when it has none. */
  newestActive(ctx: Ctx, teamId: string): Promise<Key | null> {
    return ctx.em
      .createQueryBuilder(Key, 'key')
      .where("key.teamId = :teamId AND key.status = 'active'", { teamId })
      .andWhere('(key.expiresAt IS NULL OR key.expiresAt > :now)', { now: this.clock.now() })
      .orderBy('key.createdAt', 'DESC')
      .addOrderBy('key.id', 'DESC')
      .getOne();
  }

  /** @throws DomainError not_found for team or project, invalid_request when it would expire in the past */
  async createVirtualKey(ctx: Ctx, input: CreateVirtualKeyInput): Promise<IssuedKey> {
    const { id: teamId, organizationId } = await this.teams.get(ctx, input.teamId);
    const projectId = input.projectId ?? null;
    if (projectId !== null) await this.projects.getIn(ctx, organizationId, projectId);
    const own = { kind: KeyKind.VIRTUAL, organizationId, teamId, projectId, userId: null };
    return this.issue(ctx, { ...own, ...this.settings(input) }, null);
  }

  /** @throws DomainError not_found for the project, invalid_request for a wrong time of expiry */
  async createApiKey(ctx: Ctx, input: CreateApiKeyInput): Promise<IssuedKey> {
    const { id: projectId, organizationId } = await this.projects.get(ctx, input.projectId);
    const own = { kind: KeyKind.API, organizationId, teamId: null, projectId, userId: null };
    return this.issue(ctx, { ...own, ...this.settings(input) }, null);
  }

  /** @throws DomainError not_found for project or member, conflict for one who is suspended; and as createApiKey */
  async createUserToken(ctx: Ctx, input: CreateUserTokenInput): Promise<IssuedKey> {
    const { id: projectId, organizationId } = await this.projects.get(ctx, input.projectId);
    const [user] = await this.members.requireMembers(ctx, organizationId, [input.userId]);
    if (user!.status !== UserStatus.ACTIVE)
      throw new DomainError('conflict', `'${user!.name}' is suspended`, { field: 'userId' });
    const own = { kind: KeyKind.USER_TOKEN, organizationId, teamId: null, projectId, userId: user!.id };
    return this.issue(ctx, { ...own, ...this.settings(input) }, null);
  }

  /** Stops the key for good, on every process, with its next call. Revoking twice is revoking once. */
  async revoke(ctx: Ctx, id: string): Promise<Key> {
    const key = await this.get(ctx, id);
    if (key.status === KeyStatus.REVOKED) return key;
    key.status = KeyStatus.REVOKED;
    key.revokedAt = this.clock.now();
    await this.announce(ctx, id);
    return ctx.em.save(key);
  }

  /** Makes a successor; the old key ends now, or after an overlap in which both work. @throws DomainError conflict */
  async rotate(ctx: Ctx, id: string, input: RotateKeyInput = {}): Promise<IssuedKey> {
    const old = await this.get(ctx, id);
    const now = this.clock.now();
    if (old.status === KeyStatus.REVOKED || this.isExpired(old))
      throw new DomainError('conflict', 'A revoked or expired key cannot be rotated; create a new one');
    const { kind, organizationId, teamId, projectId, userId, name, expiresAt, rules } = old;
    const same = { kind, organizationId, teamId, projectId, userId, name, expiresAt, rules };
    const issued = await this.issue(ctx, same, old.id);
    const overlapMs = (input.overlapMinutes ?? 0) * 60_000;
    if (overlapMs === 0) await this.revoke(ctx, id);
    else await this.expireBy(ctx, old, new Date(now.getTime() + overlapMs));
    return issued;
  }

  /** Replaces the rules of a key, on every process, from its next call on. @throws DomainError conflict when revoked */
  async updateRules(ctx: Ctx, id: string, rules: KeyRules): Promise<Key> {
    const key = await this.get(ctx, id);
    if (key.status === KeyStatus.REVOKED) throw new DomainError('conflict', 'A revoked key has no use for rules');
    key.rules = keptRules(rules);
    await this.announce(ctx, id);
    return ctx.em.save(key);
  }

  /** Revokes every active key of a team, or that names a project; for one that is being deleted. */
  async revokeAllOf(ctx: Ctx, holder: { teamId: string } | { projectId: string }): Promise<void> {
    const keys = await ctx.em.findBy(Key, { ...holder, status: KeyStatus.ACTIVE });
    for (const key of keys) await this.revoke(ctx, key.id);
  }

  private async expireBy(ctx: Ctx, key: Key, limit: Date): Promise<void> {
    if (!key.expiresAt || key.expiresAt > limit) key.expiresAt = limit;
    await this.announce(ctx, key.id);
    await ctx.em.save(key);
  }

  private settings(input: CreateApiKeyInput | CreateVirtualKeyInput): Pick<Making, 'name' | 'expiresAt' | 'rules'> {
    return { name: input.name, expiresAt: this.expiry(input), rules: keptRules(input.rules) };
  }

  /** When a new key ends; null for never. */
  private expiry({
    expiresAt = null,
    validityDays,
  }: Pick<CreateApiKeyInput, 'expiresAt' | 'validityDays'>): Date | null {
    const now = this.clock.now();
    if (validityDays && expiresAt) throw invalid('validityDays', 'goes without expiresAt');
    if (validityDays) return new Date(now.getTime() + validityDays * DAY_MS);
    if (expiresAt && expiresAt <= now) throw invalid('expiresAt', 'must lie in the future');
    return expiresAt;
  }

  private async issue(ctx: Ctx, making: Making, rotatedFrom: string | null): Promise<IssuedKey> {
    const token = generateToken();
    const taken = new DomainError('internal', 'Two tokens have the same hash');
    const own = { id: newId('key'), status: KeyStatus.ACTIVE, lastFour: lastFour(token), rotatedFrom };
    const values = { ...making, ...own, tokenHash: hashToken(token.reveal()), revokedAt: null, lastUsedAt: null };
    const key = await insertNew(ctx.em, Key, values, taken);
    return { key, token: token.reveal() };
  }

  private announce(ctx: Ctx, keyId: string): Promise<void> {
    return this.events.publish({ query: (text, values) => ctx.em.query(text, values) }, KEY_CHANGED, { keyId });
  }
}
