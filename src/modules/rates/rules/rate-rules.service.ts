import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import type { CallPlace, ScopeType } from '../../../core/scope.js';
import { asUnavailable, Database } from '../../../infra/database/index.js';
import { Events, RECONNECTED } from '../../../infra/events/index.js';
import { bindingLimits, type Candidate } from '../../limits/index.js';
import type { BoundRate, RatePer, RateUnit } from './bound-rate.js';

/** Topic of the events that tell every process to forget which rate limits bind whom. */
export const RATES_CHANGED = 'rates';

/* $1 organization, $2 key, $3 team, $4 project, $5 person. */
const ABOUT = `
  WITH own AS (SELECT m.group_id FROM group_members m JOIN groups g ON g.id = m.group_id AND g.status = 'active'
    WHERE m.user_id = $5::text AND m.organization_id = $1::text)
  SELECT id, scope_type AS "scopeType", scope_id AS "scopeId", member_id AS "memberId", unit, per, amount,
    ARRAY(SELECT group_id FROM own) AS "groupIds"
  FROM rate_limits WHERE organization_id = $1 AND status = 'active' AND (
    (scope_type, scope_id) IN (('organization', $1), ('key', $2::text), ('team', $3::text), ('project', $4::text),
      ('user', $5), ('user_in_project', $4), ('group_in_project', $4))
    OR scope_type IN ('group', 'user_in_group') AND scope_id IN (SELECT group_id FROM own))`;

interface Row {
  readonly id: string;
  readonly scopeType: ScopeType;
  readonly scopeId: string;
  readonly memberId: string | null;
  readonly unit: RateUnit;
  readonly per: RatePer | null;
  readonly amount: string;
  readonly groupIds: readonly string[];
}

interface RateCandidate extends Candidate {
  readonly unit: RateUnit;
  readonly period: RatePer | null;
}

interface Cached {
  readonly rates: readonly BoundRate[];
  readonly untilMs: number;
}

/** Which rate limits bind the calls of a key, remembered for a few seconds: this is configuration, not money. */
@Injectable()
export class RateRules implements OnModuleInit {
  private cache = new Map<string, Cached>();
  /** Being read; calls of one key that come at once read once. */
  private reading = new Map<string, Promise<readonly BoundRate[]>>();

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    for (const topic of [RATES_CHANGED, RECONNECTED]) this.events.subscribe(topic, () => this.forget());
  }

  /**
   * What is remembered still holds while the database is away.
   * @throws DomainError ledger_unavailable when nothing is remembered then
   */
  async of(place: CallPlace, at: Date): Promise<readonly BoundRate[]> {
    const cached = this.cache.get(place.keyId);
    if (cached && cached.untilMs > at.getTime()) return cached.rates;
    const reading = this.reading.get(place.keyId) ?? this.begin(place, at);
    return reading.catch((error: unknown) => {
      const away = asUnavailable(error);
      if (away && cached) return cached.rates;
      throw away ?? error;
    });
  }

  /** What is being read was asked for before the change, so it is not remembered. */
  private forget(): void {
    this.cache = new Map();
    this.reading = new Map();
  }

  private begin(place: CallPlace, at: Date): Promise<readonly BoundRate[]> {
    const { cache, reading } = this;
    const { rateRulesKeys, rateRulesMs } = this.config.bounds;
    const read = this.read(place)
      .then((rates) => {
        if (cache.size >= rateRulesKeys) cache.clear();
        cache.set(place.keyId, { rates, untilMs: at.getTime() + rateRulesMs });
        return rates;
      })
      .finally(() => reading.delete(place.keyId));
    reading.set(place.keyId, read);
    return read;
  }

  private async read(place: CallPlace): Promise<readonly BoundRate[]> {
    const { organizationId, keyId, teamId, projectId, userId } = place;
    const values = [organizationId, keyId, teamId, projectId, userId];
    const { rows } = await this.database.pool.query<Row>({ name: 'rates_about', text: ABOUT, values });
    const standing = { place, groupIds: rows[0]?.groupIds ?? [] };
    return bindingLimits(standing, rows.map(candidateOf)).map(({ limit, subject }): BoundRate => {
      const { id, scope, unit, period, amount } = limit;
      return { id, scope, subject, unit, per: period, amount: Number(amount) };
    });
  }
}

const candidateOf = ({ id, scopeType, scopeId, memberId, unit, per, amount }: Row): RateCandidate => ({
  id,
  scope: { type: scopeType, id: scopeId, memberId },
  unit,
  period: per,
  amount: BigInt(amount),
  enforcement: 'hard',
});
