import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

/** What a handler does, and the body of its answer; every success is a 200, as existing clients expect. */
export const Answers = (body: Type, summary: string): MethodDecorator =>
  applyDecorators(ApiOperation({ summary }), ApiOkResponse({ type: body }), HttpCode(200));

interface ShownOptions {
  readonly about?: string;
  readonly nullable?: boolean;
}

const shown =
  (schema: ApiPropertyOptions) =>
  ({ about, nullable = false }: ShownOptions = {}): PropertyDecorator =>
    ApiProperty({ ...schema, nullable, description: about });

/** Decorators of the fields of answers. */
export const Text = shown({ type: 'string' });
export const Texts = shown({ type: 'array', items: { type: 'string' } });
export const Amount = shown({ type: 'number' });
export const Count = shown({ type: 'integer' });
export const Flag = shown({ type: 'boolean' });
export const Instant = shown({ type: 'string', format: 'date-time' });
export const Json = shown({ type: 'object', additionalProperties: true });

export const One = (type: () => Type, options: ShownOptions = {}): PropertyDecorator =>
  ApiProperty({ type, nullable: options.nullable ?? false, description: options.about });

export const Many = (type: () => Type, about?: string): PropertyDecorator =>
  ApiProperty({ type, isArray: true, description: about });

/** What every paged list says beside its rows. */
export class PageAnswer {
  @Count({ about: 'Rows that match, on all pages together.' })
  total: number;

  @Text({ nullable: true, about: 'Pass it as `after` for the next page; null on the last.' })
  next_cursor: string | null;
}
