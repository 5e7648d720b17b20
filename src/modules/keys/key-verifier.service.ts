import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { Clock } from '../../core/clock.js';
import { DomainError } from '../../core/errors.js';
import { Database } from '../../infra/database/index.js';
import { Events, RECONNECTED } from '../../infra/events/index.js';
import { TENANT_CHANGED } from '../organizations/index.js';
import type { Keeping } from '../projects/index.js';
import { hashToken, isWellFormed } from './key-token.js';
import { KEY_CHANGED } from './keys.service.js';
import type { KeyRules } from './rules/key-rules.js';
import { type RuleBook, ruleBook } from './rules/rule-book.js';

/** What the gateway knows of a caller. */
export interface VerifiedKey {
  readonly keyId: string;
  readonly keyName: string;
  readonly organizationId: string;
  /** Null for a key of a project alone. */
  readonly teamId: string | null;
  readonly teamStatus: string | null;
  readonly teamPauseUntil: Date | null;
  readonly projectId: string | null;
  readonly projectStatus: string | null;
  /** Null for a key without a project, and for one whose project keeps no content of calls. */
  readonly keeps: Keeping | null;
  /** The person of a user token; verified, unlike a user id that a client sends along. */
  readonly userId: string | null;
  readonly userStatus: string | null;
  readonly organizationStatus: string;
  readonly defaultAlias: string | null;
  readonly expiresAt: Date | null;
  /** What the key is narrowed to, beside what is granted. */
  readonly rules: RuleBook;
}

interface Row extends Omit<VerifiedKey, 'rules'> {
  readonly rules: KeyRules | null;
}

/** On whose account a call is made. */
export type CallingKey = Pick<
  VerifiedKey,
  'keyId' | 'keyName' | 'organizationId' | 'teamId' | 'projectId' | 'userId' | 'defaultAlias' | 'rules' | 'keeps'
>;

interface Cached {
  readonly key: VerifiedKey;
  readonly untilMs: number;
}

/** Last use is written at most this often a key, so that busy keys do not become hot rows. */
const LAST_USED_EVERY_MS = 60_000;

const SQL = `
  SELECT k.id AS "keyId", k.name AS "keyName", k.organization_id AS "organizationId", k.team_id AS "teamId",
    t.status AS "teamStatus", t.pause_until AS "teamPauseUntil", k.project_id AS "projectId",
    p.status AS "projectStatus", CASE WHEN coalesce(p.cache_ttl_seconds, p.retention_days) IS NOT NULL
      THEN json_build_object('cacheTtlSeconds', p.cache_ttl_seconds, 'cachePrice', p.cache_price,
        'retentionDays', p.retention_days) END AS keeps, k.user_id AS "userId", u.status AS "userStatus", o.status AS "organizationStatus",
    t.default_alias AS "defaultAlias", k.expires_at AS "expiresAt", k.rules
  FROM keys k JOIN organizations o ON o.id = k.organization_id
  LEFT JOIN teams t ON t.id = k.team_id LEFT JOIN projects p ON p.id = k.project_id
  LEFT JOIN users u ON u.id = k.user_id
  WHERE k.token_hash = $1 AND k.status = 'active' AND o.status <> 'deleted'
    AND (k.team_id IS NULL OR t.status <> 'deleted') AND (k.project_id IS NULL OR p.status <> 'deleted')
    AND (k.user_id IS NULL OR u.status <> 'deleted' AND EXISTS (
      SELECT FROM members m WHERE m.user_id = k.user_id AND m.organization_id = k.organization_id))`;

/**
 * Hot path: token > VerifiedKey or refusal, from a short cache. The cache only ever saves a look-up: whether money may
 * be spent is decided again by the ledger's own transaction, so a stale entry cannot spend.
 */
@Injectable()
export class KeyVerifier implements OnModuleInit {
  private readonly cache = new Map<string, Cached>();
  private readonly lastUsedMs = new Map<string, number>();
  /** Counts how often the cache was emptied: what was read before must not be kept after. */
  private emptied = 0;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    for (const topic of [KEY_CHANGED, TENANT_CHANGED, RECONNECTED]) this.events.subscribe(topic, () => this.forget());
  }

  /**
   * Refuses keys of teams, projects, people and organizations that may do nothing, reading included.
   * @param address of the client, as the server sees it
   * @throws DomainError invalid_api_key, alike for a token that is malformed, unknown, revoked or expired; forbidden for
   * an address that the rules of the key do not allow; suspended
   */
  async verifyActive(token: string, address: string): Promise<VerifiedKey> {
    const key = await this.verify(token, address);
    if (key.organizationStatus !== 'active') throw suspended(`Organization is ${key.organizationStatus}`);
    const isPauseOver = key.teamPauseUntil !== null && key.teamPauseUntil <= this.clock.now();
    if (!serves(key.teamStatus) && !(key.teamStatus === 'paused' && isPauseOver))
      throw suspended(`Team access is ${key.teamStatus}`);
    if (!serves(key.projectStatus)) throw suspended(`Project is ${key.projectStatus}`);
    if (!serves(key.userStatus)) throw suspended(`User is ${key.userStatus}`);
    return key;
  }

  private async verify(token: string, address: string): Promise<VerifiedKey> {
    const now = this.clock.now();
    const key = isWellFormed(token) ? await this.look(hashToken(token), now.getTime()) : null;
    if (!key || (key.expiresAt && key.expiresAt <= now)) throw new DomainError('invalid_api_key', 'Invalid API key');
    if (!key.rules.allowsAddress(address))
      throw new DomainError('forbidden', 'The address rules of the key forbid its use from this address');
    this.noteUse(key.keyId, now);
    return key;
  }

  private forget(): void {
    this.emptied += 1;
    this.cache.clear();
  }

  private noteUse(keyId: string, now: Date): void {
    if (now.getTime() - (this.lastUsedMs.get(keyId) ?? 0) < LAST_USED_EVERY_MS) return;
    if (this.lastUsedMs.size >= this.config.bounds.keyCacheEntries) this.lastUsedMs.clear();
    this.lastUsedMs.set(keyId, now.getTime());
    this.database.pool
      .query('UPDATE keys SET last_used_at = greatest(last_used_at, $2) WHERE id = $1', [keyId, now])
      .catch(() => this.lastUsedMs.delete(keyId)); // Best effort: the next use writes it.
  }

  private async look(hash: string, nowMs: number): Promise<VerifiedKey | null> {
    const cached = this.cache.get(hash);
    if (cached && cached.untilMs > nowMs) return cached.key;
    const { emptied } = this;
    const { rows } = await this.database.pool.query<Row>({ name: 'verify_key', text: SQL, values: [hash] });
    const row = rows[0];
    if (!row) {
      this.cache.delete(hash);
      return null;
    }
    const key: VerifiedKey = { ...row, rules: ruleBook(row.rules) };
    // Only what serves is kept: somebody who resumes a team may call at once, before the event has come round. Nor is
    // the token of a person, whose leaving no event tells of.
    const states = [key.organizationStatus, key.teamStatus, key.projectStatus];
    if (key.userId !== null || !states.every(serves) || emptied !== this.emptied) return key;
    if (this.cache.size >= this.config.bounds.keyCacheEntries) this.cache.clear();
    this.cache.set(hash, { key, untilMs: nowMs + this.config.bounds.keyCacheMs });
    return key;
  }
}

/** A key without a team, project or person is not held up by one. */
const serves = (status: string | null): boolean => status === null || status === 'active';

const suspended = (what: string): DomainError => new DomainError('suspended', `${what}. Please contact support.`);
