import { applyDecorators } from '@nestjs/common';
import { Field, InputType, Int } from '@nestjs/graphql';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { type Usage, USAGE_CLASSES, type UsageClass } from '../../../../core/usage.js';

/** Units of one class that a call can have used; far above any context window. */
const MOST_UNITS = 100_000_000;

const Units = (description: string): PropertyDecorator =>
  applyDecorators(
    Field(() => Int, { nullable: true, description }),
    IsOptional(),
    IsInt(),
    Min(0),
    Max(MOST_UNITS),
  );

/** A Usage as GraphQL takes it. */
@InputType('UsageInput', { description: 'Units of each class that a call used; the classes are disjoint.' })
export class UsageFields {
  @Units('Input tokens that no other class counts.')
  input?: number | null;

  @Units("Input tokens read from the vendor's cache.")
  cachedRead?: number | null;

  @Units("Input tokens written to the vendor's cache.")
  cacheWrite?: number | null;

  @Units("Input tokens written to the vendor's cache for an hour.")
  cacheWrite1h?: number | null;

  @Units('Output tokens that no other class counts.')
  output?: number | null;

  @Units('Reasoning tokens.')
  reasoning?: number | null;

  @Units('Image tokens going in.')
  imageIn?: number | null;

  @Units('Image tokens coming out.')
  imageOut?: number | null;

  @Units('Audio tokens going in.')
  audioIn?: number | null;

  @Units('Audio tokens coming out.')
  audioOut?: number | null;

  @Units('Requests; 1 when left out.')
  request?: number | null;

  @Units("Uses of the vendor's own tools.")
  toolUse?: number | null;
}

const FIELD_OF: Readonly<Record<UsageClass, keyof UsageFields>> = {
  input: 'input',
  cached_read: 'cachedRead',
  cache_write: 'cacheWrite',
  cache_write_1h: 'cacheWrite1h',
  output: 'output',
  reasoning: 'reasoning',
  image_in: 'imageIn',
  image_out: 'imageOut',
  audio_in: 'audioIn',
  audio_out: 'audioOut',
  request: 'request',
  tool_use: 'toolUse',
};

/** The usage of one call that a caller gave; every call is a request. */
export function usageOf(fields: UsageFields): Usage {
  const given = USAGE_CLASSES.flatMap((each) => {
    const units = fields[FIELD_OF[each]] ?? (each === 'request' ? 1 : null);
    return units === null ? [] : [[each, units] as const];
  });
  return Object.fromEntries(given);
}
