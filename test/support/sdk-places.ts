import type { Sample } from './sdk-samples.js';
import type { Fields, FieldShape, Shape } from './sdk-shapes.js';

/**
 * A name within a parameter, as `messages[user].content[image_url].image_url.detail`: brackets hold the word that tells
 * the objects of a union apart, or nothing where a list holds only one sort.
 */
export interface Place {
  readonly path: string;
  readonly isRequired: boolean;
}

/** How one place is tried. */
export interface NestedSample extends Sample {
  /** Another value, for a place that cannot be left out; made from the first one unless it is given. */
  readonly other?: unknown;
  /** Its object says nothing without it, though its type would let it. */
  readonly isNeeded?: true;
}

/** What places within another need around them, so that the call has a meaning; the last one that fits counts. */
export interface Context {
  readonly within: string;
  /** Elements of the list before the one with the place, and after it. */
  readonly before?: readonly unknown[];
  readonly after?: readonly unknown[];
  /** Other parameters. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** Values that stand at other places here than usual. */
  readonly with?: Readonly<Record<string, unknown>>;
}

/** The names below the parameters of a method. */
export interface Nested {
  /** Places, and sorts of objects, that every kind of vendor is refused by name; what they hold is not looked at. */
  readonly refused: readonly string[];
  /** Places that are read and left out as a whole, as their samples say. */
  readonly skipped?: readonly string[];
  /** The beginning of a path, and what refusals call it, because canonical calls have one name for it and another. */
  readonly told?: readonly (readonly [RegExp, string])[];
  readonly contexts: readonly Context[];
  readonly samples: Readonly<Record<string, NestedSample>>;
}

/** What of a parameter is to be built: the place that is asked about, with a value or, undefined, without it. */
interface Goal {
  readonly path: string;
  readonly value: unknown;
}

const prefixOf = (path: string, { isList }: Shape, word: string): string =>
  word === '' ? (isList ? `${path}[]` : path) : `${path}[${word}]`;

const isWithin = (path: string, outer: string): boolean => path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);

/** All names below the parameters, less discriminators, whose one value is that of their object. */
export function placesOf(parameters: Fields): Place[] {
  return [...parameters].flatMap(([name, { shape }]) => (shape ? placesIn(shape, name) : []));
}

function placesIn(shape: Shape, path: string): Place[] {
  return [...shape.variants].flatMap(([word, fields]) =>
    [...fields].flatMap(([name, field]) => {
      const at = `${prefixOf(path, shape, word)}.${name}`;
      const own = field.literal === null ? [{ path: at, isRequired: field.isRequired }] : [];
      return field.shape ? [...own, ...placesIn(field.shape, at)] : own;
    }),
  );
}

/** Parameters that hold as little as they can around one place. */
export class Surroundings {
  constructor(
    private readonly parameters: Fields,
    private readonly nested: Nested,
  ) {}

  /** The call that asks for `value` at a place, or for nothing there when it is undefined. */
  of(path: string, value: unknown): Record<string, unknown> {
    const name = /^\w+/.exec(path)![0];
    const { before = [], after = [], beside = {} } = this.contextOf(path);
    const own = this.at(this.parameters.get(name)!, name, { path, value });
    return { ...beside, [name]: Array.isArray(own) ? [...before, ...(own as unknown[]), ...after] : own };
  }

  contextOf(path: string): Omit<Context, 'within'> {
    return this.nested.contexts.findLast(({ within }) => path === within || isWithin(path, within)) ?? {};
  }

  private at(field: FieldShape, path: string, goal: Goal): unknown {
    if (path === goal.path) return goal.value;
    if (field.shape === null || !isWithin(goal.path, path)) return this.valueAt(path, goal);
    const { shape } = field;
    for (const [word, fields] of shape.variants) {
      const prefix = prefixOf(path, shape, word);
      if (goal.path !== prefix && !isWithin(goal.path, prefix)) continue;
      const object = this.object(fields, prefix, goal);
      return shape.isList ? [object] : object;
    }
    throw new Error(`${goal.path} is not within ${path}`);
  }

  private object(fields: Fields, prefix: string, goal: Goal): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const [name, field] of fields) {
      const path = `${prefix}.${name}`;
      const isMeant = path === goal.path || isWithin(goal.path, path);
      // Of a sort of objects that is refused it is enough to say which it is.
      const isBare = goal.path === prefix;
      if (field.literal !== null && (field.isRequired || isBare)) object[name] = field.literal;
      else if (isMeant) object[name] = this.at(field, path, goal);
      else if (!isBare && (field.isRequired || this.nested.samples[path]?.isNeeded))
        object[name] = this.valueAt(path, goal);
    }
    return object;
  }

  private valueAt(path: string, goal: Goal): unknown {
    const other = this.contextOf(goal.path).with?.[path];
    const sample = this.nested.samples[path];
    if (other === undefined && sample === undefined) throw new Error(`${path} has no sample`);
    return other ?? sample!.value;
  }
}

/** Another value of the same sort. */
export function another({ value, other }: NestedSample): unknown {
  if (other !== undefined) return other;
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  throw new Error(`say what else there could be than ${JSON.stringify(value)}`);
}

/** A path as refusals write it: neither the number of an element nor the sort of an object is part of it. */
export const plainPath = (path: string): string => path.replace(/\[\w*\]|\.\d+(?=\.|$)/g, '');
