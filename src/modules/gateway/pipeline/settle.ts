import { ZERO_USD } from '../../../core/money.js';
import { costOf, tokensIn, tokensOut, type Usage } from '../../../core/usage.js';
import { CallOutcome, CallState, type EndCall } from '../../ledger/index.js';
import type { Flight } from './attempt.js';
import type { Admission } from './call.js';

/** The estimate that is charged when a vendor reports no usage: about four bytes of English a token. */
const BYTES_PER_TOKEN = 4;

export const outputEstimate = (deliveredBytes: number): number => Math.ceil(deliveredBytes / BYTES_PER_TOKEN);

/**
 * How a flight ends in the ledger. What the vendor reported is exact; without a report, input and delivered output are
 * charged by estimate; what no vendor can have billed is voided.
 */
export function endOf(flight: Flight, admission: Admission, latencyMs: number): EndCall {
  const { target, error } = flight;
  const isCharged = flight.wasSent && target !== null;
  const usage: Usage = isCharged ? { ...(flight.usage ?? estimate(flight, admission)), request: 1 } : {};
  return {
    ...placeOf(target),
    attempts: flight.attempts,
    latencyMs: Math.round(latencyMs),
    finishReason: flight.finishReason,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    state: isCharged ? CallState.SETTLED : CallState.VOIDED,
    outcome: outcomeOf(flight),
    usage,
    usageSource: isCharged ? (flight.usage ? 'vendor' : 'estimated') : null,
    tokensIn: tokensIn(usage),
    tokensOut: tokensOut(usage),
    providerCost: isCharged ? costOf(usage, target.prices) : ZERO_USD,
    chargedCost: isCharged ? costOf(usage, target.charged) : ZERO_USD,
  };
}

function placeOf(target: Flight['target']): Pick<EndCall, 'modelId' | 'providerId' | 'priceId'> {
  if (!target) return { modelId: null, providerId: null, priceId: null };
  return { modelId: target.modelId, providerId: target.provider.id, priceId: target.priceId };
}

function estimate(flight: Flight, admission: Admission): Usage {
  return { input: admission.inputEstimate, output: outputEstimate(flight.deliveredBytes) };
}

function outcomeOf(flight: Flight): CallOutcome {
  if (!flight.error) return CallOutcome.SUCCESS;
  return flight.error.code === 'client_closed' ? CallOutcome.ABORTED : CallOutcome.ERROR;
}
