import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldProblem, invalid, invalidFields } from '../../core/errors.js';

function problems(errors: readonly ValidationError[], path = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const field = path ? `${path}.${error.property}` : error.property;
    const own = Object.values(error.constraints ?? {}).map((text) => ({
      field,
      message: text.startsWith(`${error.property} `) ? text.slice(error.property.length + 1) : text,
    }));
    return [...own, ...problems(error.children ?? [], field)];
  });
}

/** Far deeper than anything sensible, far shallower than what recursion over the value survives. */
const MOST_LEVELS = 100;

function levelsOf(value: unknown): number {
  let levels = 0;
  for (let level = [value]; level.length > 0 && levels <= MOST_LEVELS; levels++)
    level = level.flatMap(
      (each) => (typeof each === 'object' && each !== null ? Object.values(each) : []) as unknown[],
    );
  return levels;
}

class InputValidation extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'custom' && levelsOf(value) > MOST_LEVELS)
      throw invalid(metadata.data ?? 'body', `must not be nested more than ${MOST_LEVELS} levels deep`);
    return super.transform(value, metadata);
  }
}

/** Input of GraphQL and admin REST: unknown fields are refused, and every problem names its field. */
export function inputValidation(): ValidationPipe {
  return new InputValidation({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: (errors) => invalidFields(problems(errors)),
  });
}
