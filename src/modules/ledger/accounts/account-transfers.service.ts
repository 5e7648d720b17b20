import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../core/errors.js';
import { newUuid } from '../../../core/id.js';
import { creditsAsJsonNumber, formatUsd, microCredits, nanoUsd } from '../../../core/money.js';
import { recordChange } from '../../../infra/database/index.js';
import { AccountKind } from '../account.entity.js';
import type { LedgerTxKind } from '../ledger-tx.entity.js';
import { ledgerActor, wireJson } from '../operations.js';
import { LedgerUnit, plainAmount } from './ledger-unit.js';

/** A billion credits, ten million dollars: far above any real movement, far below where sums could leave a bigint. */
const MOST: Readonly<Record<LedgerUnit, bigint>> = {
  [LedgerUnit.CREDIT]: 1_000_000_000_000_000n,
  [LedgerUnit.USD]: 10_000_000_000_000_000n,
};

/** The account of a team's credits or of an organization's dollars, by its owner. */
export interface Owner {
  readonly kind: AccountKind.TEAM_CREDITS | AccountKind.ORGANIZATION_BALANCE;
  /** Of the team or organization. */
  readonly id: string;
}

export const teamCredits = (id: string): Owner => ({ kind: AccountKind.TEAM_CREDITS, id });
export const organizationBalance = (id: string): Owner => ({ kind: AccountKind.ORGANIZATION_BALANCE, id });

const unitOf = ({ kind }: Owner): LedgerUnit =>
  kind === AccountKind.TEAM_CREDITS ? LedgerUnit.CREDIT : LedgerUnit.USD;

/** How the audit log names what a movement changes. */
export const entityOf = ({ kind }: Owner): string =>
  kind === AccountKind.TEAM_CREDITS ? 'TeamCredits' : 'OrganizationBalance';

const nounOf = ({ kind }: Owner): string => (kind === AccountKind.TEAM_CREDITS ? 'Team' : 'Organization');

export interface Movement {
  readonly kind: LedgerTxKind;
  /** In the unit of the account; above zero gives, below takes back. */
  readonly amount: bigint;
  readonly reason: string;
  /** Of a refill: which, and the start of the period that it is for. */
  readonly refill?: { readonly id: string; readonly periodAt: Date };
}

/** A movement as it was made. */
export interface Moved {
  readonly id: string;
  readonly organizationId: string;
  readonly before: bigint;
  readonly after: bigint;
  readonly actorName: string;
  readonly createdAt: Date;
}

interface Result {
  readonly code: 'ok' | 'not_found' | 'too_little';
  readonly organization: string;
  readonly balance_before: string;
  readonly balance_after: string;
  readonly held: string;
}

/** An account under its row lock, until the transaction of ctx ends. */
export interface OpenAccount {
  readonly id: string;
  readonly organizationId: string;
  readonly creditMode: string;
  readonly balance: bigint;
  readonly allocated: bigint;
}

interface OpenRow {
  readonly id: string | null;
  readonly organization_id: string;
  readonly credit_mode: string;
  readonly balance: string;
  readonly allocated: string;
}

const OPEN = 'SELECT id, organization_id, credit_mode, balance, allocated FROM account_open($1, $2)';
const TRANSFER = 'SELECT * FROM account_transfer($1, $2, $3, $4, $5, $6, $7, $8)';

/** Movements between an account and the account of issue of its unit. */
@Injectable()
export class AccountTransfers {
  constructor(private readonly clock: Clock) {}

  /** Locks the account of a team or organization, and makes it when there is none. @throws DomainError not_found */
  async open(ctx: Ctx, owner: Owner): Promise<OpenAccount> {
    const [row] = await ctx.em.query<OpenRow[]>(OPEN, [owner.kind, owner.id]);
    if (!row || row.id === null) throw notFound(nounOf(owner), owner.id);
    const { id, organization_id: organizationId, credit_mode: creditMode } = row;
    return { id, organizationId, creditMode, balance: BigInt(row.balance), allocated: BigInt(row.allocated) };
  }

  /**
   * Moves an amount and tells the audit log.
   * @throws DomainError not_found, insufficient_credits when a hard account would fall below what it holds
   */
  async move(ctx: Ctx, owner: Owner, movement: Movement): Promise<Moved> {
    const id = newUuid();
    const createdAt = this.clock.now();
    const actor = ledgerActor(ctx);
    const tx = { kind: movement.kind, refillId: movement.refill?.id, periodAt: movement.refill?.periodAt };
    const values = [id, owner.kind, owner.id, movement.amount.toString(), wireJson(tx), movement.reason];
    const rows: Result[] = await ctx.em.query(TRANSFER, [...values, wireJson(actor), createdAt]);
    const result = rows[0]!;
    if (result.code === 'not_found') throw notFound(nounOf(owner), owner.id);
    const [before, after] = [BigInt(result.balance_before), BigInt(result.balance_after)];
    if (result.code === 'too_little') throw tooLittle(owner, before, BigInt(result.held));
    recordBalance(ctx, owner, { organizationId: result.organization, before, after });
    return { id, organizationId: result.organization, before, after, actorName: actor.name, createdAt };
  }
}

/** Ledger functions bypass the entity manager, so the change is told to the recorder by hand. */
export function recordBalance(
  ctx: Ctx,
  owner: Owner,
  { organizationId, before, after }: Pick<Moved, 'organizationId' | 'before' | 'after'>,
): void {
  recordChange(ctx.em, {
    entity: entityOf(owner),
    id: owner.id,
    organizationId,
    before: { remaining: plainAmount(before, unitOf(owner)) },
    after: { remaining: plainAmount(after, unitOf(owner)) },
  });
}

/**
 * The amount of a movement in one direction.
 * @throws DomainError invalid_request for one that is not above zero, or too large
 */
export function positive(amount: bigint, unit: LedgerUnit, field: string): bigint {
  if (amount <= 0n) throw invalid(field, 'must be above zero');
  return bounded(amount, unit, field);
}

/** The amount of a movement in either direction. @throws DomainError invalid_request for nothing, or too much */
export function either(amount: bigint, unit: LedgerUnit, field: string): bigint {
  if (amount === 0n) throw invalid(field, 'must not be zero');
  return bounded(amount, unit, field);
}

/** @throws DomainError invalid_request for an amount too far from zero */
export function bounded(amount: bigint, unit: LedgerUnit, field: string): bigint {
  const most = MOST[unit];
  if (amount > most || amount < -most) throw invalid(field, `must not be above ${plainAmount(most, unit)}`);
  return amount;
}

function tooLittle(owner: Owner, balance: bigint, held: bigint): DomainError {
  if (owner.kind === AccountKind.TEAM_CREDITS) {
    const [remaining, kept] = [balance, held].map((each) => creditsAsJsonNumber(microCredits(each)));
    const message = `The team has ${remaining} credits, ${kept} of them held by open jobs; that many cannot be taken`;
    return new DomainError('insufficient_credits', message, { credits_remaining: remaining, credits_held: kept });
  }
  const [remaining, kept] = [balance, held].map((each) => formatUsd(nanoUsd(each)));
  const message = `The organization has ${remaining} USD, ${kept} of them held by calls; that much cannot be taken`;
  return new DomainError('insufficient_credits', message, { balance: remaining, held: kept });
}
