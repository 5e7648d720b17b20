import { ApiHeader } from '@nestjs/swagger';

/** The header as the API documentation shows it, on routes of controllers and on those of the gateway. */
export const IDEMPOTENCY_HEADER = {
  name: 'Idempotency-Key',
  required: false,
  description: 'Makes a repeat harmless: for 24 hours, the same key with the same body gets the first answer again.',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
};

/** The handler is declared `idempotent`. */
export const TakesIdempotencyKey = (): MethodDecorator => ApiHeader(IDEMPOTENCY_HEADER);
