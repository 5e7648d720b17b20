import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../core/clock.js';
import type { Ctx } from '../../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../../core/errors.js';
import { isUuid, newUuid } from '../../../../core/id.js';
import { formatUsd, MAX_AMOUNT, nanoUsd } from '../../../../core/money.js';
import { costOf, tokensIn, tokensOut, type Usage } from '../../../../core/usage.js';
import { recordChange } from '../../../../infra/database/index.js';
import { AliasPrices } from '../../../catalog/index.js';
import { Call } from '../../call.entity.js';
import { ledgerActor, wireJson } from '../../operations.js';
import type { CallCorrection, CorrectCallInput } from './corrections.inputs.js';
import { usageOf } from './usage-fields.js';

interface Result {
  readonly code: 'ok' | 'not_found' | 'corrected' | 'exact' | 'job_open';
  readonly provider_difference: string;
  readonly charged_difference: string;
}

interface Costs {
  readonly providerCost: bigint;
  readonly chargedCost: bigint;
}

const REFUSALS = {
  corrected: 'The call has been corrected before; that happens once',
  exact: 'Only a call that was recovered, or charged by estimate, can be corrected',
  job_open: 'The job of the call is still open; correct the call when it has closed',
} as const;

/** Puts calls right that were charged without the vendor's word, once it is known. */
@Injectable()
export class Corrections {
  constructor(
    private readonly prices: AliasPrices,
    private readonly clock: Clock,
  ) {}

  /**
   * Posts the difference between what a call cost by the vendor's word and what was posted for it, once. Limits are put
   * right with it; credits stay as they are.
   * @throws DomainError not_found, conflict for a call that is exact, corrected before or of an open job,
   * invalid_request when the charged cost must be named or is out of range
   */
  async correct(ctx: Ctx, input: CorrectCallInput): Promise<CallCorrection> {
    const before = await this.call(ctx, input.callId);
    const usage = usageOf(input.usage);
    const costs = await this.costsOf(ctx, before, usage, input.chargedCost ?? null);
    const id = newUuid();
    const truth = { usage, tokensIn: tokensIn(usage), tokensOut: tokensOut(usage), ...costs };
    const values = [id, before.id, wireJson(truth), input.reason, wireJson(ledgerActor(ctx)), this.clock.now()];
    const rows: Result[] = await ctx.em.query('SELECT * FROM call_correct($1, $2, $3, $4, $5, $6)', values);
    const result = rows[0]!;
    if (result.code === 'not_found') throw notFound('Call', input.callId);
    if (result.code !== 'ok') throw new DomainError('conflict', REFUSALS[result.code]);
    const call = await this.call(ctx, before.id);
    const { organizationId } = call;
    recordChange(ctx.em, { entity: 'Call', id: call.id, organizationId, before: shown(before), after: shown(call) });
    const [provider, charged] = [BigInt(result.provider_difference), BigInt(result.charged_difference)];
    const transactionId = provider === 0n && charged === 0n ? null : id;
    return { transactionId, call, providerDifference: provider, chargedDifference: charged };
  }

  private async call(ctx: Ctx, id: string): Promise<Call> {
    const call = isUuid(id) ? await ctx.em.findOneBy(Call, { id }) : null;
    if (!call) throw notFound('Call', id);
    return call;
  }

  /** What the usage costs at the call's price version. What the tenant pays is known only while the alias's prices are. */
  private async costsOf(ctx: Ctx, call: Call, usage: Usage, given: bigint | null): Promise<Costs> {
    const books = call.priceId === null ? null : await this.prices.ofCall(ctx, call.priceId, call.alias);
    if (!books) throw new DomainError('conflict', 'The call has no price version, so its cost cannot be computed');
    if (given === null && costOf(call.usage, books.charged) !== call.chargedCost)
      throw invalid('chargedCost', 'must be given, since the prices of the alias have changed since the call');
    const chargedCost = given ?? costOf(usage, books.charged);
    const providerCost = costOf(usage, books.provider);
    if (chargedCost < 0n) throw invalid('chargedCost', 'must not be below zero');
    if (chargedCost > MAX_AMOUNT || providerCost > MAX_AMOUNT) throw invalid('usage', 'costs more than can be written');
    return { providerCost, chargedCost };
  }
}

const shown = (call: Call): Record<string, unknown> => ({
  state: call.state,
  usage: call.usage,
  usageSource: call.usageSource,
  providerCost: formatUsd(nanoUsd(call.providerCost)),
  chargedCost: formatUsd(nanoUsd(call.chargedCost)),
});
