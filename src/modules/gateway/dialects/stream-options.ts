import { invalid } from '../../../core/errors.js';
import type { JsonObject } from '../../../providers/index.js';
import { type Field, flagAt, isAbsent, objectAt, refuseOthers } from './responses/responses-fields.js';

const FIELD = 'stream_options';

/**
 * `stream_options` of OpenAI's APIs, as an object.
 * @throws DomainError naming what is not `known`, and a wish for padded events
 */
export function checkStreamOptions(value: Field, known: readonly string[]): JsonObject {
  if (isAbsent(value)) return {};
  const options = objectAt(value, FIELD);
  refuseOthers(options, known, FIELD);
  const path = `${FIELD}.include_obfuscation`;
  const wished = options['include_obfuscation'];
  if (!isAbsent(wished) && flagAt(wished, path)) throw invalid(path, 'must be false: events are not padded here');
  return options;
}
