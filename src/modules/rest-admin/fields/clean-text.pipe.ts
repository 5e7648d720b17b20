import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { DomainError, invalid } from '../../../core/errors.js';

/** PostgreSQL stores neither the character U+0000 nor half of a surrogate pair. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** Refuses text that the database would refuse, before it becomes an internal error there. */
@Injectable()
export class CleanText implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type === 'param' && hasUnstorable(value)) throw new DomainError('not_found', 'Not Found');
    if (metadata.type !== 'body' && metadata.type !== 'query') return value;
    for (const [field, each] of Object.entries(value ?? {}))
      if (hasUnstorable(each) || UNSTORABLE.test(field))
        throw invalid(field, 'must not hold the character U+0000 or half of a surrogate pair');
    return value;
  }
}

function hasUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return UNSTORABLE.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, each]) => UNSTORABLE.test(name) || hasUnstorable(each));
}
