import { Injectable } from '@nestjs/common';
import type { Action } from '../../../core/action.js';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { formatCredits, microCredits } from '../../../core/money.js';
import { isOwn } from '../../../infra/database/index.js';
import { TELLING_CALLS } from '../health/provider-health.js';
import { type Attention, AttentionKind, AttentionLink, Severity } from './attention.js';

/** What was found: the thing, how it is called, and up to two facts about it. */
interface Finding {
  readonly kind: AttentionKind;
  readonly id: string;
  readonly name: string;
  readonly fact: string | null;
  readonly other: string | null;
}

interface Watch {
  readonly link: AttentionLink;
  readonly severity: Severity;
  /** What the actor must hold to be told. */
  readonly action: Action;
  /** Selects id, name, fact and other of what is found, the worst first; $1 is now, $2 the organization. */
  readonly sql: string;
  readonly words: (finding: Finding) => Pick<Attention, 'title' | 'message'>;
}

const MOST_OF_A_KIND = 10;
const credits = (text: string | null): string => formatCredits(microCredits(BigInt(text ?? 0)));
const reason = (text: string | null): string => (text ? `: ${text}` : '');

const OWN_TEAM = isOwn('team.organization_id', '$2');

/** Teams that may call at all, with their account; one without an account never had credits. */
const LIVE_TEAMS = `teams team
  JOIN organizations organization ON organization.id = team.organization_id AND organization.status = 'active'
  LEFT JOIN accounts account ON account.kind = 'team_credits' AND account.scope_type = 'team'
    AND account.scope_id = team.id AND account.unit = 'micro_credit'
  WHERE (team.status = 'active' OR (team.status = 'paused' AND team.pause_until <= $1)) AND ${OWN_TEAM}`;

const WATCHES: Readonly<Record<AttentionKind, Watch>> = {
  [AttentionKind.NO_CREDITS]: {
    link: AttentionLink.TEAM,
    severity: Severity.CRITICAL,
    action: 'credit.read',
    sql: `SELECT team.id, team.name, NULL AS fact, NULL AS other FROM ${LIVE_TEAMS}
      AND coalesce(account.balance, 0) <= 0 AND coalesce(account.credit_mode, 'hard') = 'hard' ORDER BY team.id`,
    words: ({ name }) => ({ title: `${name} has no credits`, message: 'Its calls are refused until it gets some.' }),
  },
  [AttentionKind.PROVIDER_FAILING]: {
    link: AttentionLink.PROVIDER,
    severity: Severity.CRITICAL,
    action: 'provider.read',
    sql: `SELECT provider.id, provider.name, count(*) FILTER (WHERE is_fault)::text AS fact, count(*)::text AS other
      FROM provider_attempts($1::timestamptz - interval '1 hour') attempt
      JOIN providers provider ON provider.id = attempt.provider_id AND provider.status = 'enabled'
      WHERE ${isOwn('attempt.organization_id', '$2')}
      GROUP BY provider.id, provider.name
      HAVING count(*) >= ${TELLING_CALLS} AND count(*) FILTER (WHERE is_fault) * 10 > count(*)
      ORDER BY count(*) FILTER (WHERE is_fault) DESC, provider.id`,
    words: ({ name, fact, other }) => ({
      title: `${name} is failing`,
      message: `${fact} of its last ${other} requests failed within an hour.`,
    }),
  },
  [AttentionKind.LOW_CREDITS]: {
    link: AttentionLink.TEAM,
    severity: Severity.WARNING,
    action: 'credit.read',
    sql: `SELECT team.id, team.name, account.balance::text AS fact, account.allocated::text AS other
      FROM ${LIVE_TEAMS} AND account.balance > 0 AND account.balance < account.allocated / 5
        AND account.credit_mode <> 'unlimited'
      ORDER BY account.balance::numeric / account.allocated, team.id`,
    words: ({ name, fact, other }) => ({
      title: `${name} is low on credits`,
      message: `${credits(fact)} of ${credits(other)} credits are left.`,
    }),
  },
  [AttentionKind.TEAM_SUSPENDED]: {
    link: AttentionLink.TEAM,
    severity: Severity.WARNING,
    action: 'team.read',
    sql: `SELECT team.id, team.name, team.status_reason AS fact, NULL AS other FROM teams team
      WHERE team.status = 'suspended' AND ${OWN_TEAM} ORDER BY team.updated_at DESC, team.id`,
    words: ({ name, fact }) => ({ title: `${name} is suspended`, message: `Its calls are refused${reason(fact)}.` }),
  },
  [AttentionKind.KEY_EXPIRING]: {
    link: AttentionLink.KEY,
    severity: Severity.WARNING,
    action: 'key.read',
    sql: `SELECT key.id, key.name, key.last_four AS fact,
        greatest(1, ceil(extract(epoch FROM key.expires_at - $1) / 86400))::integer::text AS other
      FROM keys key WHERE key.status = 'active' AND key.expires_at > $1 AND key.expires_at <= $1 + interval '7 days'
        AND ${isOwn('key.organization_id', '$2')}
      ORDER BY key.expires_at, key.id`,
    words: ({ name, fact, other }) => ({
      title: `Key ${name} expires soon`,
      message: `The key that ends in ${fact} works for ${other === '1' ? 'less than a day' : `${other} days`} more.`,
    }),
  },
  [AttentionKind.TEAM_PAUSED]: {
    link: AttentionLink.TEAM,
    severity: Severity.INFO,
    action: 'team.read',
    sql: `SELECT team.id, team.name, team.status_reason AS fact, NULL AS other FROM teams team
      WHERE team.status = 'paused' AND coalesce(team.pause_until > $1, true)
        AND ${OWN_TEAM} ORDER BY team.updated_at DESC, team.id`,
    words: ({ name, fact }) => ({ title: `${name} is paused`, message: `Its calls are refused${reason(fact)}.` }),
  },
  [AttentionKind.JOB_OPEN_LONG]: {
    link: AttentionLink.JOB,
    severity: Severity.INFO,
    action: 'job.read',
    sql: `SELECT job.id::text, job.job_type AS name, (extract(epoch FROM $1 - job.created_at) / 3600)::integer::text AS fact,
        job.team_id AS other
      FROM jobs job WHERE job.status IN ('pending', 'in_progress') AND job.created_at < $1 - interval '1 hour'
        AND ${isOwn('job.organization_id', '$2')}
      ORDER BY job.created_at, job.id`,
    words: ({ name, fact, other }) => ({
      title: `Job ${name} is still open`,
      message: `Team ${other} opened it ${fact === '1' ? 'an hour' : `${fact} hours`} ago; it holds credits until it ends.`,
    }),
  },
};

/** What somebody should look at, the most urgent first. */
@Injectable()
export class AttentionService {
  constructor(private readonly clock: Clock) {}

  /** At most ten of each kind. */
  async list(ctx: Ctx): Promise<Attention[]> {
    const kinds = Object.values(AttentionKind).filter((kind) => ctx.may(WATCHES[kind].action));
    if (kinds.length === 0) return [];
    const parts = kinds.map(
      (kind) => `(SELECT '${kind}' AS kind, found.* FROM (${WATCHES[kind].sql} LIMIT ${MOST_OF_A_KIND}) found)`,
    );
    // The last line names both parameters, so that each has a type whichever kinds are asked for.
    const findings = await ctx.em.query<Finding[]>(
      `SELECT found.* FROM (${parts.join(' UNION ALL ')}) found
       WHERE $1::timestamptz IS NOT NULL AND $2::text IS NOT NULL`,
      [this.clock.now(), ctx.organizationId],
    );
    const ranked = kinds.flatMap((kind) => findings.filter((finding) => finding.kind === kind));
    return ranked.map((finding) => {
      const { link, severity, words } = WATCHES[finding.kind];
      return { kind: finding.kind, severity, linkType: link, linkId: finding.id, ...words(finding) };
    });
  }
}
