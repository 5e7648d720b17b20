import { nanoUsd, type NanoUsd, ZERO_USD } from '../../../core/money.js';
import { costOf, tokensIn, tokensOut, totalTokens, type Usage } from '../../../core/usage.js';
import { CallOutcome, CallState, type EndCall } from '../../ledger/index.js';
import { CachePrice } from '../../projects/index.js';
import { chunksOf } from '../content/answers/answer-chunks.js';
import type { CachedAnswer } from '../content/answers/cached-answer.js';
import type { Flight } from './attempt.js';
import type { Admission, CallRequest, StreamSink } from './call.js';

/** What the caller is charged for: nothing, or what the model once used for the answer. */
const chargedUsage = ({ usage }: CachedAnswer, { caller }: CallRequest): Usage =>
  caller.keeps?.cachePrice === CachePrice.FULL ? { ...usage, request: 1 } : {};

/** Bounds of a call that a kept answer serves: its cost is known, so that is what it holds; less would not do. */
export function admissionOfHit(request: CallRequest, asked: Admission, hit: CachedAnswer): Admission {
  const usage = chargedUsage(hit, request);
  const costBound = costOf(usage, asked.route.targets[0]!.charged);
  return { ...asked, maxOutputTokens: 0, choices: 1, costBound, tokensBound: totalTokens(usage) };
}

/** Gives a kept answer to who waits for it, under the id of this call. No vendor is asked. */
export async function deliverHit(
  request: CallRequest,
  { route }: Admission,
  hit: CachedAnswer,
  sink: StreamSink | null,
): Promise<Flight> {
  const completion = { ...hit.completion, id: `chatcmpl-${request.id}`, model: route.alias.name };
  if (sink) await sink.chunks(chunksOf(completion));
  const { usage, finishReason } = hit;
  const flight = { target: route.targets[0]!, completion: sink ? null : completion, usage, finishReason };
  return { ...flight, deliveredBytes: 0, wasSent: false, attempts: [], error: null };
}

/** How such a call ends in the ledger: the vendor bills nothing, the caller pays by the policy of its project. */
export function endOfHit(request: CallRequest, { route }: Admission, hit: CachedAnswer, latencyMs: number): EndCall {
  const usage = chargedUsage(hit, request);
  const { modelId, provider, priceId, charged } = route.targets[0]!;
  return {
    ...{ modelId, providerId: provider.id, priceId, attempts: [], latencyMs: Math.round(latencyMs) },
    ...{ finishReason: hit.finishReason, errorCode: null, errorMessage: null },
    ...{ state: CallState.SETTLED, outcome: CallOutcome.SUCCESS, usage, usageSource: 'cache' },
    ...{ tokensIn: tokensIn(usage), tokensOut: tokensOut(usage) },
    ...{ providerCost: ZERO_USD, chargedCost: costOf(usage, charged) },
  };
}

/** What the model would have cost more, at its prices of today: the caller, and whoever pays the vendor. */
export function savedBy(
  { route }: Admission,
  hit: CachedAnswer,
  { chargedCost }: EndCall,
): { saved: NanoUsd; providerSaved: NanoUsd } {
  const usage = { ...hit.usage, request: 1 };
  const { prices, charged } = route.targets[0]!;
  return { saved: nanoUsd(costOf(usage, charged) - chargedCost), providerSaved: costOf(usage, prices) };
}
