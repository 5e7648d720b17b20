import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** One of each kind of thing of an organization, by the names that arguments have for them. */
export type Things = Readonly<Record<string, string>>;

/** A place in the arguments that names a thing: `input.teamId`. */
export interface Slot {
  readonly path: string;
  readonly kind: string;
}

/** Arguments by other names than that of the kind of thing they take. */
const KINDS: Readonly<Record<string, string>> = {
  accessGroupIds: 'accessGroupId',
  aliasIds: 'aliasId',
  actorIds: 'userId',
  ownerId: 'userId',
  userIds: 'userId',
  entityId: 'teamId',
  scopeId: 'organizationId',
  servedBy: 'providerId',
  search: 'text',
  text: 'text',
  alias: 'alias',
  defaultAlias: 'alias',
};

/** Results by other names than that of what their `id` argument takes. */
const RESULTS: Readonly<Record<string, string>> = {
  IssuedKey: 'Key',
  ProvisionedTeam: 'Team',
  AuditEntry: 'Audit',
  CallBody: 'Call',
};

/** Text that must have a form of its own to get past validation. */
const TEXTS: Readonly<Record<string, string>> = {
  amount: '1',
  email: 'somebody@example.com',
  timeZone: 'UTC',
  after: '',
};

const SCALARS: Readonly<Record<string, unknown>> = {
  String: 'something',
  Int: 1,
  Float: 1,
  Boolean: true,
  BigInt: '1',
  Money: '1',
  Credits: '1',
  JSON: {},
  DateTime: '2030-01-01T00:00:00.000Z',
};

/** Rows of a list that are asked for. */
const PAGE = 10;

const lower = (name: string): string => name[0]!.toLowerCase() + name.slice(1);

/** The arguments of a root field as one tree of values, with the places that name things. */
export class Arguments {
  readonly slots: Slot[] = [];
  readonly problems: string[] = [];
  private serial = 0;

  constructor(private readonly field: GraphQLField<unknown, unknown>) {}

  /** Values of all arguments that are required or name things; things are taken from `own`. */
  values(own: Things): Record<string, unknown> {
    this.slots.length = 0;
    const given = this.field.args.flatMap((arg) => this.entry(arg, isRequiredArgument(arg), arg.name, own));
    return Object.fromEntries(given);
  }

  private entry(
    part: GraphQLArgument | GraphQLInputField,
    isRequired: boolean,
    path: string,
    own: Things,
  ): [string, unknown][] {
    const value = this.value(part.type, part.name, path, { own, isRequired });
    return value === undefined ? [] : [[part.name, value]];
  }

  private value(
    type: GraphQLInputType,
    name: string,
    path: string,
    { own, isRequired }: { own: Things; isRequired: boolean },
  ): unknown {
    const bare = getNullableType(type);
    if (isListType(bare)) {
      const item = this.value(bare.ofType, name, path, { own, isRequired });
      return item === undefined ? (isRequired ? [] : undefined) : [item];
    }
    if (isInputObjectType(bare)) {
      const found = this.slots.length;
      const entries = Object.values(bare.getFields()).flatMap((each) =>
        this.entry(each, isRequired && isRequiredInputField(each), `${path}.${each.name}`, own),
      );
      return isRequired || this.slots.length > found ? Object.fromEntries(entries) : undefined;
    }
    if (isEnumType(bare)) return isRequired ? bare.getValues()[0]!.name : undefined;
    return this.leaf(String(bare), name, path, { own, isRequired });
  }

  private leaf(
    type: string,
    name: string,
    path: string,
    { own, isRequired }: { own: Things; isRequired: boolean },
  ): unknown {
    if (path === 'first') return PAGE;
    if (path === 'input.id') return `fresh-${++this.serial}`; // The id that a new thing is going to have.
    const kind = name === 'id' ? this.kindOfResult() : (KINDS[name] ?? name);
    if (own[kind] !== undefined && (type === 'ID' || type === 'String')) {
      this.slots.push({ path, kind });
      return own[kind];
    }
    if (type === 'ID') this.problems.push(`${this.field.name}: nothing is known to pass for ${path}`);
    return isRequired ? (TEXTS[name] ?? SCALARS[type]) : undefined;
  }

  private kindOfResult(): string {
    const result = getNamedType(this.field.type).name;
    return `${lower(RESULTS[result] ?? result)}Id`;
  }
}

/** The same arguments with another thing in one place. */
export function withThing(values: Record<string, unknown>, path: string, thing: string): Record<string, unknown> {
  const copy = structuredClone(values);
  const parts = path.split('.');
  let place = copy;
  for (const part of parts.slice(0, -1)) {
    const next = place[part];
    place = (Array.isArray(next) ? next[0] : next) as Record<string, unknown>;
  }
  const last = parts.at(-1)!;
  place[last] = Array.isArray(place[last]) ? [thing] : thing;
  return copy;
}

/** All fields of a type that need no argument and may be seen, down to a depth; no type inside itself. */
export function selectionOf(
  type: GraphQLObjectType,
  mayRead: (type: string, field: string) => boolean,
  depth: number,
  above: readonly string[] = [],
): string {
  const parts = Object.values(type.getFields()).flatMap((field): string[] => {
    if (field.args.some(isRequiredArgument) || !mayRead(type.name, field.name)) return [];
    const named = getNamedType(field.type);
    if (isLeafType(named)) return [field.name];
    if (!isObjectType(named) || depth === 0 || above.includes(named.name)) return [];
    const inner = selectionOf(named, mayRead, depth - 1, [...above, type.name]);
    const size = field.args.some((arg) => arg.name === 'first') ? '(first: 2)' : '';
    return inner ? [`${field.name}${size} ${inner}`] : [];
  });
  return parts.length === 0 ? '' : `{ ${parts.join(' ')} }`;
}
