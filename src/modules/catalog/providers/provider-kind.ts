import { invalid } from '../../../core/errors.js';
import { adapterFor, PROVIDER_KINDS, type ProviderKind } from '../../../providers/index.js';

export const SIMULATOR: ProviderKind = 'simulator';

/** Kinds whose vendor answers without a credential. */
export const KINDS_WITHOUT_CREDENTIAL = PROVIDER_KINDS.filter((kind) => !adapterFor(kind).needsCredential);

/** @throws DomainError invalid_request on `field` when there is no adapter of that kind */
export function providerKind(text: string, field: string): ProviderKind {
  const kind = PROVIDER_KINDS.find((each) => each === text);
  if (!kind) throw invalid(field, `is none of the known kinds: ${PROVIDER_KINDS.join(', ')}`);
  return kind;
}
