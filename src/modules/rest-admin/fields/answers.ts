import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

/** What a handler does, and the body of its answer; every success is a 200, as existing clients expect. */
export const Answers = (body: Type, summary: string): MethodDecorator =>
  applyDecorators(ApiOperation({ summary }), ApiOkResponse({ type: body }), HttpCode(200));

interface ShownOptions {
  readonly about?: string;
  readonly nullable?: boolean;
  /** Left out of some answers. */
  readonly optional?: boolean;
}

function shownAs(schema: ApiPropertyOptions, { about, nullable, optional = false }: ShownOptions): PropertyDecorator {
  const more = { required: !optional, ...(nullable && { nullable }), ...(about && { description: about }) };
  return ApiProperty({ ...schema, ...more } as ApiPropertyOptions);
}

const shown =
  (schema: ApiPropertyOptions) =>
  (options: ShownOptions = {}): PropertyDecorator =>
    shownAs(schema, options);

/** Decorators of the fields of answers. */
export const Text = shown({ type: 'string' });
export const Texts = shown({ type: 'array', items: { type: 'string' } });
export const Numbers = shown({ type: 'array', items: { type: 'integer' } });
export const Amount = shown({ type: 'number' });
export const Count = shown({ type: 'integer' });
export const Flag = shown({ type: 'boolean' });
export const Instant = shown({ type: 'string', format: 'date-time' });
export const Json = shown({ type: 'object', additionalProperties: true });

/** Swagger tells a function that gives the type, from the type itself, by the name `type`. */
const lazily = (find: () => Type): { type: () => Type } => ({ type: () => find() });

export const One = (find: () => Type, options: ShownOptions = {}): PropertyDecorator => shownAs(lazily(find), options);

export const Many = (find: () => Type, about?: string): PropertyDecorator =>
  shownAs({ ...lazily(find), isArray: true }, { about });

/** What every paged list says beside its rows. */
export class PageAnswer {
  @Count({ about: 'Rows that match, on all pages together.' })
  total: number;

  @Text({ nullable: true, about: 'Pass it as `after` for the next page; null on the last.' })
  next_cursor: string | null;
}
