import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsOptional, ValidateBy, ValidateNested } from 'class-validator';
import { SLUG, SLUG_RULE } from '../../../core/id.js';
import { MAX_AMOUNT, parseDecimal } from '../../../core/money.js';
import { decimalText } from '../../../core/money.js';
import { readInstant } from './instants.js';

/** Every decorator here checks a field and documents it, so that an input says each thing once. */
export interface FieldOptions {
  readonly about?: string;
  /** May be left out or null. */
  readonly optional?: boolean;
  readonly example?: unknown;
}

/** What a field is: its OpenAPI schema, its rule in words, the test of that rule, and how its text is read before. */
interface Kind {
  readonly schema: ApiPropertyOptions;
  readonly rule: string;
  readonly test: (value: unknown) => boolean;
  readonly read?: (value: unknown) => unknown;
}

function field(options: FieldOptions, kind: Kind): PropertyDecorator {
  const { about: description, example, optional = false } = options;
  const { read, rule } = kind;
  const more = { required: !optional, description, example, ...(optional && { nullable: true }) };
  return applyDecorators(
    ApiProperty({ ...kind.schema, ...more } as ApiPropertyOptions),
    ValidateBy({ name: rule, validator: { validate: kind.test, defaultMessage: () => rule } }),
    ...(read ? [Transform(({ value }: { value: unknown }) => read(value))] : []),
    ...(optional ? [IsOptional()] : []),
  );
}

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= max;

export function TextField(options: FieldOptions & { max?: number } = {}): PropertyDecorator {
  const { max = 200 } = options;
  const schema = { type: 'string', minLength: 1, maxLength: max } as const;
  return field(options, {
    schema,
    rule: `must be 1 to ${max} characters of text`,
    test: (value) => isText(value, max),
  });
}

/** Text of a form of its own, such as a name that people choose. */
export function PatternField(pattern: RegExp, rule: string, options: FieldOptions = {}): PropertyDecorator {
  const schema = { type: 'string', pattern: pattern.source } as const;
  return field(options, { schema, rule, test: (value) => typeof value === 'string' && pattern.test(value) });
}

/** An id that people choose. */
export const SlugField = (options: FieldOptions = {}): PropertyDecorator => PatternField(SLUG, SLUG_RULE, options);

/** One of some words, in either case. */
export function EnumField(words: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(options, {
    schema: { type: 'string', enum: [...words] },
    rule: `must be one of: ${words.join(', ')}`,
    test: (value) => words.includes(value as string),
    read: (value) => (typeof value === 'string' ? value.toLowerCase() : value),
  });
}

/** A whole number. In a query it arrives as text. */
export function NumberField(min: number, max: number, options: FieldOptions = {}): PropertyDecorator {
  return field(options, {
    schema: { type: 'integer', minimum: min, maximum: max },
    rule: `must be a whole number from ${min} to ${max}`,
    test: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    read: (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
  });
}

export function FlagField(options: FieldOptions = {}): PropertyDecorator {
  const texts = new Map<unknown, boolean>([
    ['true', true],
    ['false', false],
  ]);
  return field(options, {
    schema: { type: 'boolean' },
    rule: 'must be true or false',
    test: (value) => typeof value === 'boolean',
    read: (value) => texts.get(value) ?? value,
  });
}

/** @param options.each what every text must be, when that is more than 1 to 200 characters */
export function ListField(
  options: FieldOptions & { most?: number; each?: Pick<Kind, 'rule' | 'test'> } = {},
): PropertyDecorator {
  const { most = 200, each } = options;
  const isOne = (value: unknown): boolean => isText(value, 200) && (each?.test(value) ?? true);
  const test = (value: unknown): boolean => Array.isArray(value) && value.length <= most && value.every(isOne);
  const rule = `must be a list of at most ${most} texts of 1 to 200 characters${each ? ` that ${each.rule}` : ''}`;
  return field(options, { schema: { type: 'array', items: { type: 'string' }, maxItems: most }, rule, test });
}

/** Whole numbers, at most so many. */
export function NumbersField(min: number, max: number, options: FieldOptions & { most: number }): PropertyDecorator {
  const isOne = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return field(options, {
    schema: { type: 'array', items: { type: 'integer', minimum: min, maximum: max }, maxItems: options.most },
    rule: `must be a list of at most ${options.most} whole numbers from ${min} to ${max}`,
    test: (value) => Array.isArray(value) && value.length <= options.most && value.every(isOne),
  });
}

/** Objects with fields of their own, at most so many. */
export function PartsField(find: () => Class, options: FieldOptions & { most: number }): PropertyDecorator {
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  return applyDecorators(
    field(options, {
      // Swagger tells a function that gives the type, from the type itself, by the name `type`.
      schema: { type: () => find(), isArray: true, maxItems: options.most },
      rule: `must be a list of at most ${options.most} objects`,
      test: (value) => Array.isArray(value) && value.length <= options.most && value.every(isObject),
    }),
    ValidateNested({ each: true }),
    Type(find),
  );
}

const JSON_BYTES = 64 * 1024;

export function JsonField(options: FieldOptions & { bytes?: number } = {}): PropertyDecorator {
  const { bytes = JSON_BYTES } = options;
  const test = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Buffer.byteLength(JSON.stringify(value)) <= bytes;
  const rule = `must be a JSON object of at most ${bytes} bytes`;
  return field(options, { schema: { type: 'object', additionalProperties: true }, rule, test });
}

/** RFC 3339, or a day in UTC: its first moment, or the moment after its end. It arrives as a Date. */
export function InstantField(options: FieldOptions & { dayEnds?: boolean } = {}): PropertyDecorator {
  const { dayEnds = false } = options;
  return field(options, {
    schema: { type: 'string', format: 'date-time' },
    rule: 'must be a day such as 2025-01-31 or an RFC 3339 time such as 2025-01-31T12:00:00Z, of the years 2000 to 2999',
    test: (value) => value instanceof Date,
    read: (value) => (typeof value === 'string' ? (readInstant(value, dayEnds) ?? value) : value),
  });
}

/** An amount as a JSON number; it arrives as a bigint of units of 10^-scale. */
function amountField(scale: number, isZeroFine: boolean, options: FieldOptions): PropertyDecorator {
  const least = isZeroFine ? 0n : 1n;
  const read = (value: unknown): unknown => {
    const text = typeof value === 'number' ? decimalText(value) : value;
    return typeof text === 'string' ? (parseDecimal(text, scale) ?? value) : value;
  };
  return field(options, {
    schema: { type: 'number', minimum: 0, ...(!isZeroFine && { exclusiveMinimum: true }) },
    rule: `must be a number ${isZeroFine ? 'of 0 or more' : 'above zero'}, with at most ${scale} decimals`,
    test: (value) => typeof value === 'bigint' && value >= least && value <= MAX_AMOUNT,
    read,
  });
}

/** Credits; arrives as MicroCredits. */
export const CreditsField = (options: FieldOptions & { isZeroFine?: boolean } = {}): PropertyDecorator =>
  amountField(6, options.isZeroFine ?? false, options);

/** US dollars of 0 or more; arrives as NanoUsd. */
export const UsdField = (options: FieldOptions = {}): PropertyDecorator => amountField(9, true, options);
