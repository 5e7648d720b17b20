import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../../../../core/clock.js';
import type { Ctx } from '../../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../../core/errors.js';
import { newId } from '../../../../core/id.js';
import { isZone } from '../../../../core/zone-days.js';
import { insertNew } from '../../../../infra/database/index.js';
import { TeamsService } from '../../../teams/index.js';
import { LedgerTxKind } from '../../ledger-tx.entity.js';
import { AccountTransfers, positive, teamCredits } from '../account-transfers.service.js';
import { LedgerUnit } from '../ledger-unit.js';
import { Refill, RefillMode, RefillStatus } from './refill.entity.js';
import { boundariesDue, boundaryAfter } from './refill-plan.js';
import type { SetRefillInput } from './refills.inputs.js';

/** Periods that one transaction catches up; what is left comes with the next run. */
const MOST_PERIODS = 100;

/** Credits that teams get by themselves, and the postings of them. */
@Injectable()
export class RefillsService {
  constructor(
    private readonly teams: TeamsService,
    private readonly transfers: AccountTransfers,
    private readonly clock: Clock,
  ) {}

  /** Teams without one have no entry. */
  async ofTeams(ctx: Ctx, teamIds: readonly string[]): Promise<Map<string, Refill>> {
    const refills = await ctx.em.findBy(Refill, { teamId: In(teamIds) });
    return new Map(refills.map((refill) => [refill.teamId, refill]));
  }

  /** Null for a team without one. @throws DomainError not_found for the team */
  async find(ctx: Ctx, teamId: string): Promise<Refill | null> {
    const team = await this.teams.get(ctx, teamId);
    return ctx.em.findOneBy(Refill, { teamId: team.id });
  }

  /**
   * Makes or changes the refill of a team. The first posting of new terms comes with the next period; what was due by
   * the terms before is posted first.
   * @throws DomainError not_found, invalid_request
   */
  async set(ctx: Ctx, input: SetRefillInput): Promise<Refill> {
    const team = await this.teams.get(ctx, input.teamId);
    const { mode, period } = input;
    const zone = input.zone ?? 'UTC';
    if (!isZone(zone)) throw invalid('zone', 'is no time zone of IANA, such as Europe/Berlin');
    const credits = positive(input.credits, LedgerUnit.CREDIT, 'credits');
    const status = input.status ?? RefillStatus.ACTIVE;
    const nextAt = boundaryAfter({ period, zone }, this.clock.now());
    const terms = { mode, credits, period, zone, status, nextAt };
    const refill = await this.caughtUp(ctx, team.id);
    if (refill) return ctx.em.save(Object.assign(refill, terms));
    const taken = new DomainError('conflict', `Team '${team.id}' has just been given a refill`);
    const own = { id: newId('refill'), teamId: team.id, organizationId: team.organizationId, lastAt: null };
    return insertNew(ctx.em, Refill, { ...own, ...terms }, taken);
  }

  /** Ends the refill of a team; what was due is posted first. @throws DomainError not_found when it has none */
  async remove(ctx: Ctx, teamId: string): Promise<Refill> {
    const team = await this.teams.get(ctx, teamId);
    const refill = await this.caughtUp(ctx, team.id);
    if (!refill) throw notFound('Refill of team', team.id);
    const { id } = refill;
    return Object.assign(await ctx.em.remove(refill), { id });
  }

  /**
   * Posts every period of a team's refill that has come, each once: whoever else does so waits for the row, and finds it
   * done. Gives the refill under its lock.
   */
  async caughtUp(ctx: Ctx, teamId: string): Promise<Refill | null> {
    const query = ctx.em.createQueryBuilder(Refill, 'refill').where('refill.teamId = :teamId', { teamId });
    const refill = await query.setLock('for_no_key_update').getOne();
    if (refill?.status !== RefillStatus.ACTIVE) return refill;
    const due = boundariesDue(refill, refill.nextAt, this.clock.now(), MOST_PERIODS);
    const last = due.at(-1);
    if (last === undefined) return refill;
    for (const periodAt of refill.mode === RefillMode.ADD ? due : [last]) await this.post(ctx, refill, periodAt);
    return ctx.em.save(Object.assign(refill, { lastAt: last, nextAt: boundaryAfter(refill, last) }));
  }

  private async post(ctx: Ctx, refill: Refill, periodAt: Date): Promise<void> {
    const owner = teamCredits(refill.teamId);
    const { balance } = await this.transfers.open(ctx, owner);
    const amount = refill.mode === RefillMode.ADD ? refill.credits : refill.credits - balance;
    if (amount <= 0n) return;
    const reason = `Refill for the ${refill.period} from ${periodAt.toISOString()}`;
    const kind = LedgerTxKind.CREDIT_REFILL;
    await this.transfers.move(ctx, owner, { kind, amount, reason, refill: { id: refill.id, periodAt } });
  }
}
