import type { ReserveCall, SpendPath } from '../../../ledger/index.js';
import type { Admission, CallRequest } from '../call.js';

/** What the ledger is asked to hold for a call. The first target stands on the row until the call has ended. */
export function reservationOf(request: CallRequest, admission: Admission, path: SpendPath, epoch: bigint): ReserveCall {
  const { id, jobId, userId, purpose, metadata, opens } = request;
  const { costBound, tokensBound, inputBound, route } = admission;
  const { modelId, provider, priceId } = route.targets[0]!;
  const target = { modelId, providerId: provider.id, priceId };
  const call = { id, jobId, userId, purpose, metadata, inputBound, alias: route.alias.name, streamed: request.stream };
  return { keyId: request.caller.keyId, path, job: opens, call: { ...call, ...target }, costBound, tokensBound, epoch };
}
