import { GraphQLSchemaHost } from '@nestjs/graphql';
import { getNamedType, type GraphQLField, isObjectType } from 'graphql';
import type { Action } from '../../src/core/action.js';
import { newUuid } from '../../src/core/id.js';
import { organizationActions, platformActions } from '../../src/core/roles.js';
import type { AccessRule } from '../../src/infra/access/index.js';
import type { TestApp } from './app.js';
import { Arguments, selectionOf, type Slot, withThing } from './matrix.js';
import { asUser, letUsersIn, makeUser } from './people.js';
import { restCalls } from './rest-calls.js';
import { rulesOf } from './rules.js';
import { makeTenant, plantCanary, type Tenant } from './tenants.js';
import { undoChanges } from './undo.js';

const PARALLEL = 12;
/** Levels of objects below a root field that are asked for: the platform sees everything anyway. */
const DEPTH = { inside: 2, platform: 1 };

export interface Actor {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly actions: ReadonlySet<Action>;
  /** Whether other organizations are none of the actor's business. */
  readonly isInside: boolean;
}

interface Reply {
  readonly text: string;
  readonly isFault: boolean;
  readonly lacks: boolean;
}

/** Something that can be asked for, and the places in it that name things. */
export interface Call {
  readonly name: string;
  readonly rule: AccessRule | undefined;
  readonly slots: readonly Slot[];
  /** @param thing what to name in the place, in place of one's own */
  ask(actor: Actor, place?: string, thing?: string): Promise<Reply>;
}

/** Two organizations, everybody who could ask, and everything that can be asked for. */
export interface Matrix {
  readonly ours: Tenant;
  readonly theirs: Tenant;
  readonly actors: readonly Actor[];
  readonly calls: readonly Call[];
  /** Columns in which the canary of the other organization stands. */
  readonly planted: readonly string[];
  /** What nobody has told how to call. */
  readonly problems: readonly string[];
}

/** What was found, cell by cell; each list should be empty. */
export interface Findings {
  cells: number;
  readonly faults: string[];
  readonly leaks: string[];
  readonly unlike: string[];
  readonly wrongRights: string[];
}

const LACKS = /This needs the right|Authentication required|"UNAUTHENTICATED"|"invalid_api_key"/;
/** Refused before it came to anything; the matrix itself would be at fault. */
const TOO_MUCH = /has more than|may give more than|GRAPHQL_VALIDATION|Cannot query field|Unknown argument/;
/** What is different each time that it is said: instants, the id of the request, seals, and rows of the log. */
const OF_THE_MOMENT = [
  /\d{4}-\d\d-\d\dT[\d:.]+Z/g,
  /"request_id":"[^"]*"/g,
  /"(signature|head|hash|previous_hash|checkpoint|rows)":("[^"]*"|\d+)/g,
  /\baud_[0-9a-z]{26}/g,
];

/** Two answers that differ in what was asked for and when only are the same answer. */
function replyOf(status: number, body: string): Reply {
  const text = OF_THE_MOMENT.reduce((said, each) => said.replace(each, '<now>'), `${status} ${body}`);
  return { text, isFault: status >= 500 || body.includes('"INTERNAL"'), lacks: LACKS.test(body) };
}

export async function makeMatrix(app: TestApp): Promise<Matrix> {
  letUsersIn(app);
  const [ours, theirs] = [await makeTenant(app), await makeTenant(app)];
  const planted = await plantCanary(app, theirs);
  undoChanges(app);
  const problems: string[] = [];
  const calls = [...graphqlCalls(app, ours, problems), ...httpCalls(app, ours, problems)];
  return { ours, theirs, actors: await makeActors(app, ours), calls, planted, problems };
}

async function makeActors(app: TestApp, { world, userToken }: Tenant): Promise<Actor[]> {
  const actors: Actor[] = [];
  for (const role of ['owner', 'admin', 'auditor'] as const) {
    const headers = asUser(await makeUser(app, { role }));
    actors.push({ name: `platform ${role}`, headers, actions: platformActions(role), isInside: false });
  }
  for (const role of ['owner', 'admin', 'viewer', 'member'] as const) {
    const headers = asUser(await makeUser(app, { memberships: { [world.organizationId]: role } }));
    actors.push({ name: `organization ${role}`, headers, actions: organizationActions(role), isInside: true });
  }
  const bearer = (token: string): Actor['headers'] => ({ 'x-admin-key': '', authorization: `Bearer ${token}` });
  const ofKey = { actions: new Set<Action>(['tenant.read']), isInside: true };
  return [
    ...actors,
    { name: 'anonymous', headers: { 'x-admin-key': '' }, actions: new Set(), isInside: true },
    { name: 'virtual key', headers: bearer(world.key), ...ofKey },
    { name: 'user token', headers: bearer(userToken), ...ofKey },
  ];
}

function graphqlCalls(app: TestApp, { things }: Tenant, problems: string[]): Call[] {
  const { schema } = app.app.get(GraphQLSchemaHost);
  const rules = rulesOf(app.app);
  return ['Query', 'Mutation'].flatMap((root) => {
    const type = schema.getType(root);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields.map((field): Call => {
      const args = new Arguments(field);
      const values = args.values(things);
      problems.push(...args.problems);
      const ask: Call['ask'] = async (actor, place, thing) => {
        const query = operation(root, field, actor, rules);
        const variables = place === undefined ? values : withThing(values, place, thing!);
        return send(app, actor, { method: 'POST', url: '/graphql', body: { query, variables } });
      };
      const name = `${root}.${field.name}`;
      return { name, rule: rules.get(name), slots: [...args.slots], ask };
    });
  });
}

function operation(
  root: string,
  field: GraphQLField<unknown, unknown>,
  actor: Actor,
  rules: ReadonlyMap<string, AccessRule>,
): string {
  const mayRead = (parent: string, name: string): boolean => {
    const rule = rules.get(`${parent}.${name}`);
    return !rule || actor.actions.has(rule.action as Action);
  };
  const declared = field.args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const given = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const type = getNamedType(field.type);
  const depth = root === 'Mutation' ? 0 : actor.isInside ? DEPTH.inside : DEPTH.platform;
  const selection = isObjectType(type) ? selectionOf(type, mayRead, depth) || '{ __typename }' : '';
  const call = given ? `${field.name}(${given})` : field.name;
  return `${root.toLowerCase()} ${declared ? `(${declared})` : ''} { ${call} ${selection} }`;
}

function httpCalls(app: TestApp, { things }: Tenant, problems: string[]): Call[] {
  const rules = rulesOf(app.app);
  return restCalls(app, things).map(({ name, slots, request, problem }): Call => {
    if (problem) problems.push(problem);
    const ask: Call['ask'] = (actor, place, thing) => send(app, actor, request(place, thing));
    return { name, rule: rules.get(name), slots, ask };
  });
}

async function send(
  app: TestApp,
  actor: Actor,
  request: { method: string; url: string; body: object | undefined },
): Promise<Reply> {
  const { method, url, body } = request;
  const { headers } = actor;
  const answer = await app.app.inject({ method: method as 'GET', url, headers, ...(body && { payload: body }) });
  return replyOf(answer.statusCode, answer.body);
}

const unknownLike = (thing: string): string =>
  /^[0-9a-f]{8}-/.test(thing) ? newUuid() : `${thing.slice(0, -6)}zzzzz9`;

/** Works a list off, several at a time. */
async function each<T>(items: readonly T[], parallel: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}

/** Asks everything of everybody: about one's own things, those of the other organization, and those of nobody. */
export async function fill(matrix: Matrix, calls = matrix.calls): Promise<Findings> {
  const findings: Findings = { cells: 0, faults: [], leaks: [], unlike: [], wrongRights: [] };
  const work = calls.flatMap((call) => matrix.actors.map((actor) => ({ call, actor })));
  const ask = async ({ call, actor }: (typeof work)[number]): Promise<void> => {
    await own(matrix, findings, call, actor);
    // What the platform does outside of transactions stays done, and would be found here as a leak.
    const stays = call.rule?.mutation === true && !call.rule.transaction && !actor.isInside;
    for (const slot of stays ? [] : call.slots) await others(matrix, findings, { call, actor, slot });
  };
  // What really changes things waits for its turn: two such transactions may lock the same things crosswise.
  const changes = ({ call, actor }: (typeof work)[number]): boolean => call.rule?.mutation === true && !actor.isInside;
  await each(
    work.filter((item) => !changes(item)),
    PARALLEL,
    ask,
  );
  await each(work.filter(changes), 1, ask);
  return findings;
}

function isLeak({ theirs }: Matrix, { text }: Reply, asked: string): boolean {
  return [theirs.canary, ...Object.values(theirs.things)].some((secret) => secret !== asked && text.includes(secret));
}

async function own(matrix: Matrix, findings: Findings, call: Call, actor: Actor): Promise<void> {
  const reply = await call.ask(actor);
  const cell = `${actor.name}: ${call.name}`;
  findings.cells++;
  if (reply.isFault || TOO_MUCH.test(reply.text)) findings.faults.push(`${cell}: ${reply.text}`);
  const action = call.rule?.action;
  if (action !== undefined && action !== 'public' && actor.actions.has(action) === reply.lacks)
    findings.wrongRights.push(`${cell}: ${reply.text.slice(0, 200)}`);
  if (actor.isInside && isLeak(matrix, reply, '')) findings.leaks.push(`${cell}: ${reply.text}`);
}

async function others(
  matrix: Matrix,
  findings: Findings,
  { call, actor, slot }: { call: Call; actor: Actor; slot: Slot },
): Promise<void> {
  const foreign = matrix.theirs.things[slot.kind]!;
  const unknown = unknownLike(foreign);
  const [first, second] = [await call.ask(actor, slot.path, foreign), await call.ask(actor, slot.path, unknown)];
  const cell = `${actor.name}: ${call.name} ${slot.path}`;
  findings.cells += 2;
  for (const reply of [first, second]) if (reply.isFault) findings.faults.push(`${cell}: ${reply.text}`);
  if (!actor.isInside) return;
  const [one, other] = [first.text.replaceAll(foreign, '<id>'), second.text.replaceAll(unknown, '<id>')];
  if (one !== other) findings.unlike.push(`${cell}:\n  ${one.slice(0, 300)}\n  ${other.slice(0, 300)}`);
  if (isLeak(matrix, first, foreign)) findings.leaks.push(`${cell}: ${first.text}`);
}
