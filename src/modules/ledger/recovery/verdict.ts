import { ZERO_USD } from '../../../core/money.js';
import { costOf } from '../../../core/usage.js';
import { CallOutcome, CallState } from '../call.entity.js';
import type { EndCall } from '../operations.js';
import type { FlightRecord } from './flight-recorder.js';

const NOTHING = {
  usage: {},
  usageSource: null,
  tokensIn: 0,
  tokensOut: 0,
  providerCost: ZERO_USD,
  chargedCost: ZERO_USD,
  attempts: [],
  latencyMs: null,
  finishReason: null,
  errorCode: 'internal',
} as const;

/**
 * How a call of a dead process ends, by what its flight recorder says: the recorded end, exact; else what had gone out
 * and come back, estimated; else, when it was never sent, nothing.
 */
export function verdict(flight: FlightRecord | undefined): EndCall {
  if (flight?.end)
    return flight.end.state === CallState.VOIDED ? flight.end : { ...flight.end, state: CallState.RECOVERED };
  if (flight?.departure) return estimated(flight.departure, flight.outputEstimate);
  const unknown = { modelId: null, providerId: null, priceId: null };
  const errorMessage = 'The gateway stopped before the call was sent';
  return { ...NOTHING, ...unknown, state: CallState.VOIDED, outcome: CallOutcome.ERROR, errorMessage };
}

function estimated(departure: NonNullable<FlightRecord['departure']>, outputEstimate: number): EndCall {
  const usage = { input: departure.inputEstimate, output: outputEstimate, request: 1 };
  const { modelId, providerId, priceId } = departure;
  return {
    ...NOTHING,
    modelId,
    providerId,
    priceId,
    state: CallState.RECOVERED,
    outcome: CallOutcome.ABORTED,
    usage,
    usageSource: 'estimated',
    tokensIn: usage.input,
    tokensOut: usage.output,
    providerCost: costOf(usage, departure.prices),
    chargedCost: costOf(usage, departure.charged),
    errorMessage: 'The gateway stopped while the call ran; its usage is an estimate',
  };
}

/** For a call of a dead process whose flight recorder lies on another machine's disk. */
export function withoutRecord(): EndCall {
  const unknown = { modelId: null, providerId: null, priceId: null };
  const errorMessage = 'The gateway that ran the call stopped, and its flight recorder is not at hand';
  return { ...NOTHING, ...unknown, state: CallState.RECOVERED, outcome: CallOutcome.ABORTED, errorMessage };
}
