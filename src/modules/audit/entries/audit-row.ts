import type { Action } from '../../../core/action.js';
import { actorId, actorName, ALL_ORGANIZATIONS, type Ctx } from '../../../core/ctx.js';
import { newId } from '../../../core/id.js';
import type { Target } from '../../../infra/access/index.js';
import type { Change } from '../../../infra/database/index.js';
import type { AuditEntry, AuditStatus } from './audit-entry.entity.js';
import { canonicalJson, storableJson } from '../chain/canonical-json.js';
import { recordHash } from '../chain/record.js';
import { recordOf } from './records.js';

/** What is known of an attempt when its row is written. */
export interface Happening {
  readonly action: Action;
  readonly status: AuditStatus;
  readonly message?: string;
  readonly target?: Target;
  readonly changes?: readonly Change[];
  readonly details?: Record<string, unknown>;
}

/** A row before it has a place in its chain. */
export type Draft = Omit<AuditEntry, 'seq' | 'at' | 'chainSeq' | 'previousHash' | 'hash'>;

const TEXT_LENGTH = 1_000;
const DETAILS_LENGTH = 4_000;

/** The row of a happening, each value as the database will give it back. */
export function draftOf(ctx: Ctx, happening: Happening): Draft {
  const { action, status, target, changes = [] } = happening;
  const main = changes[0];
  const organizationId = main?.organizationId ?? ownOrganization(ctx);
  const draft: Draft = {
    id: newId('audit'),
    organizationId,
    actorKind: ctx.actor.kind,
    actorId: actorId(ctx.actor),
    actorName: actorName(ctx.actor),
    actorEmail: ctx.actor.kind === 'user' ? ctx.actor.email : null,
    action,
    status,
    message: happening.message ?? null,
    ...scopeOf(main, organizationId),
    ...entityOf(main, target),
    changes,
    details: bounded(happening.details ?? {}),
    address: ctx.address,
    userAgent: ctx.userAgent,
    requestId: ctx.requestId,
  };
  return storableJson(shortened(draft)) as Draft;
}

const ownOrganization = ({ organizationId }: Ctx): string | null =>
  organizationId === ALL_ORGANIZATIONS || organizationId === '' ? null : organizationId;

function entityOf(
  main: Change | undefined,
  target: Target | undefined,
): Pick<Draft, `entity${'Type' | 'Id' | 'Name'}`> {
  if (!main) return { entityType: target?.type ?? null, entityId: target?.id ?? null, entityName: null };
  const shown = main.after ?? main.before;
  const name = [shown?.['name'], shown?.['displayName']].find((each) => typeof each === 'string');
  return { entityType: main.entity, entityId: main.id, entityName: name ?? null };
}

/** The team that a change concerns, else the organization. */
function scopeOf(main: Change | undefined, organizationId: string | null): Pick<Draft, 'scopeType' | 'scopeId'> {
  const teamId = main?.entity === 'Team' ? main.id : (main?.after ?? main?.before)?.['teamId'];
  if (typeof teamId === 'string') return { scopeType: 'team', scopeId: teamId };
  return { scopeType: organizationId && 'organization', scopeId: organizationId };
}

/** Texts can come from whoever sends a request, and each row stays for ever. */
const shortened = (draft: Draft): object =>
  Object.fromEntries(
    Object.entries(draft).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, TEXT_LENGTH) : value,
    ]),
  );

function bounded(details: Record<string, unknown>): Record<string, unknown> | null {
  const length = canonicalJson(storableJson(details)).length;
  if (length > DETAILS_LENGTH) return { tooLong: `${length} characters were left out` };
  return Object.keys(details).length > 0 ? details : null;
}

/** The head of a chain as the database keeps it. */
export interface ChainHead {
  readonly entries: string;
  readonly hash: string;
}

/** Gives a row its place in the chain. */
export function linked(draft: Draft, head: ChainHead, at: Date): Omit<AuditEntry, 'seq'> {
  const entry = { ...draft, at, chainSeq: BigInt(head.entries) + 1n, previousHash: head.hash, hash: null };
  const hash = recordHash(recordOf(entry));
  if (hash === null) throw new Error(`audit row ${draft.id} has no canonical JSON`);
  return { ...entry, hash };
}
