import { Injectable, type PipeTransform } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { invalid } from '../../../core/errors.js';

const MOST_NAMES = 200;
const MOST_CHARACTERS = 200;

/** A body that is a bare JSON array of names, as the original takes some. */
@Injectable()
export class NameList implements PipeTransform<unknown, string[]> {
  constructor(private readonly field: string) {}

  transform(value: unknown): string[] {
    const isFine =
      Array.isArray(value) &&
      value.length <= MOST_NAMES &&
      value.every((each) => typeof each === 'string' && each.length > 0 && each.length <= MOST_CHARACTERS);
    if (!isFine) throw invalid(this.field, `the body must be a JSON array of at most ${MOST_NAMES} names`);
    return value as string[];
  }
}

export const ApiNameList = (): MethodDecorator => ApiBody({ schema: { type: 'array', items: { type: 'string' } } });
