import { type DomainError, invalid } from '../../../../core/errors.js';
import { arrayOf, isObject } from '../../../../providers/json.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';

/** Nesting of schemas and inputs that is forwarded; writing JSON down recurses. */
const MAX_DEPTH = 128;

/** What is repeated of a name or a word that the client made up. */
const MAX_QUOTED_CHARS = 64;

/** A value of the client's body together with its path, so that whatever is wrong with it is refused by name. */
export class Field {
  constructor(
    readonly value: JsonValue | undefined,
    readonly path: string,
  ) {}

  /** `null` counts as absent. */
  get isGiven(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Of an object that was checked; absent fields are fields too. */
  at(name: string): Field {
    return new Field(isObject(this.value) ? this.value[name] : undefined, this.pathOf(name));
  }

  /** What `read` makes of the field; undefined when it is absent. */
  maybe<T>(read: (field: Field) => T): T | undefined {
    return this.isGiven ? read(this) : undefined;
  }

  error(message: string): DomainError {
    return invalid(this.path, message);
  }

  /** Refuses every field but `known`. */
  object(known: readonly string[]): this {
    if (!isObject(this.value)) throw this.error('must be an object');
    for (const name of Object.keys(this.value))
      if (!known.includes(name) && this.at(name).isGiven)
        throw invalid(this.pathOf(name.slice(0, MAX_QUOTED_CHARS)), 'is not supported');
    return this;
  }

  items(): Field[] {
    if (!Array.isArray(this.value)) throw this.error('must be an array');
    return arrayOf(this.value).map((each, index) => new Field(each, this.pathOf(String(index))));
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.error('must be a string');
    return this.value;
  }

  /** A string that is not empty. */
  name(): string {
    if (this.text() === '') throw this.error('must not be empty');
    return this.text();
  }

  flag(): boolean {
    if (typeof this.value !== 'boolean') throw this.error('must be true or false');
    return this.value;
  }

  number(): number {
    if (typeof this.value !== 'number' || !Number.isFinite(this.value)) throw this.error('must be a number');
    return this.value;
  }

  whole(least: number): number {
    if (!Number.isSafeInteger(this.value) || this.number() < least)
      throw this.error(`must be a whole number of at least ${least}`);
    return this.number();
  }

  oneOf<T extends string>(words: readonly T[]): T {
    const word = words.find((each) => each === this.text());
    if (word === undefined) throw this.unsupported(`; use ${words.join(', ')}`);
    return word;
  }

  /** An object that is forwarded as it is. */
  data(): JsonObject {
    if (!isObject(this.value)) throw this.error('must be an object');
    if (isDeeper(this.value, MAX_DEPTH)) throw this.error(`must not be nested deeper than ${MAX_DEPTH} levels`);
    return this.value;
  }

  /** For a word that means something, but nothing that can be done here. */
  unsupported(instead = ''): DomainError {
    const said = typeof this.value === 'string' ? this.value.slice(0, MAX_QUOTED_CHARS) : typeof this.value;
    return this.error(`'${said}' is not supported${instead}`);
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

/** The fields that have a value. */
export const given = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Level by level, so that the nesting itself cannot exhaust the stack. */
function isDeeper(value: JsonValue, most: number): boolean {
  let level: readonly JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap(nestedIn);
  }
  return false;
}

function nestedIn(value: JsonValue): readonly JsonValue[] {
  const values = isObject(value) ? Object.values(value) : arrayOf(value);
  return values.filter((each) => typeof each === 'object' && each !== null);
}
