import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { AliasesService, ProvidersService, TargetsService } from '../../catalog/index.js';
import { type CallingKey, KeysService, ruleBook } from '../../keys/index.js';
import { type Team, TeamsService } from '../../teams/index.js';
import { callAttempt } from '../jobs/call-attempt.js';
import type { CallAnswer } from '../pipeline/call.js';
import type { AliasTest, TestAliasInput } from './alias-test.js';
import { TestCalls } from './test-calls.service.js';

/** Calls an alias as a client of a team would, through the same jobs, holds and ledger. */
@Injectable()
export class AliasTests {
  constructor(
    private readonly aliases: AliasesService,
    private readonly teams: TeamsService,
    private readonly keys: KeysService,
    private readonly calls: TestCalls,
    private readonly targets: TargetsService,
    private readonly providers: ProvidersService,
  ) {}

  /**
   * @throws DomainError not_found for alias or team, conflict for a team without a key that works, and what the gateway
   * refuses before a vendor is asked: model_not_allowed, suspended, insufficient_credits
   */
  async run(ctx: Ctx, input: TestAliasInput): Promise<AliasTest> {
    const alias = await this.aliases.get(ctx, input.aliasId);
    const team = await this.teams.get(ctx, input.teamId);
    const caller = await this.callerFor(ctx, team);
    const { job, call, answer } = await this.calls.make(ctx, caller, { ...input, model: alias.name });
    const model = call.modelId && (await this.targets.models(ctx, [call.modelId])).get(call.modelId);
    const provider = call.providerId && (await this.providers.byId(ctx, [call.providerId])).get(call.providerId);
    return {
      text: textOf(answer),
      jobId: job.id,
      callId: call.id,
      cost: call.chargedCost,
      creditsCharged: job.creditsCharged,
      tokensIn: call.tokensIn,
      tokensOut: call.tokensOut,
      latencyMs: call.latencyMs,
      model: model || null,
      provider: provider || null,
      attempts: call.attempts.map((attempt) => callAttempt(attempt, !ctx.may('provider.read'))),
      errorCode: call.errorCode,
      errorMessage: call.errorMessage,
    };
  }

  private async callerFor(ctx: Ctx, team: Team): Promise<CallingKey> {
    const key = await this.keys.newestActive(ctx, team.id);
    if (!key) throw new DomainError('conflict', `Team '${team.id}' has no key that works; create one first`);
    const { organizationId, defaultAlias } = team;
    const { id: keyId, name: keyName, projectId } = key;
    const rules = ruleBook(key.rules);
    return {
      keyId,
      keyName,
      teamId: team.id,
      projectId,
      userId: null,
      organizationId,
      defaultAlias,
      rules,
      keeps: null,
    };
  }
}

function textOf(answer: CallAnswer | null): string | null {
  const choices = (answer?.completion?.choices ?? []) as { message?: { content?: unknown } }[];
  const content = choices[0]?.message?.content;
  return typeof content === 'string' ? content : null;
}
