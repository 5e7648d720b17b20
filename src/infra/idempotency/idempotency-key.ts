import { applyDecorators } from '@nestjs/common';
import { Field } from '@nestjs/graphql';
import { IsOptional, Matches } from 'class-validator';
import { invalid } from '../../core/errors.js';

const KEY = /^[!-~]{1,255}$/;
const RULE = 'must be 1 to 255 visible ASCII characters without spaces';

const ABOUT =
  'Makes a repeat harmless: within 24 hours the same key with the same input gets the first answer again, and nothing ' +
  'moves twice. The same key with another input is refused.';

/** @throws DomainError invalid_request naming the field */
export function checkedKey(value: unknown, field: string): string {
  if (typeof value !== 'string' || !KEY.test(value)) throw invalid(field, RULE);
  return value;
}

/** The optional field `idempotencyKey` of the input of a mutation that is declared `idempotent`. */
export const IdempotencyKeyField = (): PropertyDecorator =>
  applyDecorators(
    Field(() => String, { nullable: true, description: ABOUT }),
    IsOptional(),
    Matches(KEY, { message: RULE }),
  );
