import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { getNamedType, type GraphQLSchema, isObjectType } from 'graphql';
import type { Action } from '../../src/core/action.js';
import { newUuid } from '../../src/core/id.js';
import { organizationActions, platformActions } from '../../src/core/roles.js';
import type { AccessRule } from '../../src/infra/access/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Arguments, selectionOf, type Slot, type Things, withThing } from '../support/matrix.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { restCalls } from '../support/rest-calls.js';
import { rulesOf } from '../support/rules.js';
import { makeTenant, plantCanary, type Tenant } from '../support/tenants.js';
import { undoChanges } from '../support/undo.js';

const PARALLEL = 12;
const LEAST_CELLS = 5_000;
/** Levels of objects below a root field that are asked for. */
const DEPTH = 3;

interface Actor {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly actions: ReadonlySet<Action>;
  /** Whether other organizations are none of the actor's business. */
  readonly isInside: boolean;
}

/** Something that can be asked for, and the places in it that name things. */
interface Call {
  readonly name: string;
  readonly rule: AccessRule | undefined;
  readonly slots: readonly Slot[];
  /** @param thing what to name in the place, in place of one's own */
  ask(actor: Actor, place?: string, thing?: string): Promise<Reply>;
}

interface Reply {
  readonly text: string;
  readonly isFault: boolean;
  readonly lacks: boolean;
}

let app: TestApp;
let ours: Tenant;
let theirs: Tenant;
let actors: Actor[];
let calls: Call[];
let planted: string[];
let problems: string[];
let schema: GraphQLSchema;
let rules: Map<string, AccessRule>;

const LACKS = /This needs the right|Authentication required|"UNAUTHENTICATED"|"invalid_api_key"/;

/** What is different each time that it is said: instants, the id of the request, seals, and rows of the log. */
const OF_THE_MOMENT = [
  /\d{4}-\d\d-\d\dT[\d:.]+Z/g,
  /"request_id":"[^"]*"/g,
  /"(signature|head|hash|previous_hash|checkpoint|rows)":("[^"]*"|\d+)/g,
  /\baud_[0-9a-z]{26}/g,
];

/** Two answers that differ in what was asked for and when only are the same answer. */
function replyOf(status: number, body: unknown): Reply {
  const whole = typeof body === 'string' ? body : JSON.stringify(body);
  const text = OF_THE_MOMENT.reduce((said, each) => said.replace(each, '<now>'), `${status} ${whole}`);
  return { text, isFault: status >= 500 || /"INTERNAL"/.test(whole), lacks: LACKS.test(whole) };
}

const unknownLike = (thing: string): string =>
  /^[0-9a-f]{8}-/.test(thing) ? newUuid() : `${thing.slice(0, -6)}zzzzz9`;

function graphqlCalls(own: Things): Call[] {
  return ['Query', 'Mutation'].flatMap((root) => {
    const type = schema.getType(root);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields.map((field): Call => {
      const args = new Arguments(field);
      const values = args.values(own);
      problems.push(...args.problems);
      const declared = field.args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
      const given = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
      const named = getNamedType(field.type);
      const ask = async (actor: Actor, place?: string, thing?: string): Promise<Reply> => {
        const mayRead = (parent: string, name: string): boolean => {
          const rule = rules.get(`${parent}.${name}`);
          return !rule || actor.actions.has(rule.action as Action);
        };
        const depth = root === 'Query' ? DEPTH : 0;
        const selection = isObjectType(named) ? selectionOf(named, mayRead, depth) || '{ __typename }' : '';
        const call = given ? `${field.name}(${given})` : field.name;
        const query = `${root.toLowerCase()} ${declared ? `(${declared})` : ''} { ${call} ${selection} }`;
        const variables = place === undefined ? values : withThing(values, place, thing!);
        const { status, body } = await app.gql(query, variables, { 'x-request-id': 'matrix', ...actor.headers });
        return replyOf(status, body);
      };
      return {
        name: `${root}.${field.name}`,
        rule: rules.get(`${root}.${field.name}`),
        slots: args.slots.slice(),
        ask,
      };
    });
  });
}

function httpCalls(own: Things): Call[] {
  return restCalls(app, own).map(({ name, slots, request, problem }): Call => {
    if (problem) problems.push(problem);
    const ask = async (actor: Actor, place?: string, thing?: string): Promise<Reply> => {
      const { method, url, body } = request(place, thing);
      const headers = { 'x-request-id': 'matrix', ...actor.headers };
      const answer = await app.app.inject({ method: method as 'GET', url, headers, ...(body && { payload: body }) });
      return replyOf(answer.statusCode, answer.body);
    };
    return { name, rule: rules.get(name), slots, ask };
  });
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  [ours, theirs] = [await makeTenant(app), await makeTenant(app)];
  planted = await plantCanary(app, theirs);
  undoChanges(app);
  const { organizationId } = ours.world;
  const of = async (name: string, id: Promise<string>, actions: ReadonlySet<Action>, isInside: boolean) => ({
    name,
    headers: asUser(await id),
    actions,
    isInside,
  });
  actors = await Promise.all([
    ...(['owner', 'admin', 'auditor'] as const).map((role) =>
      of(`platform ${role}`, makeUser(app, { role }), platformActions(role), false),
    ),
    ...(['owner', 'admin', 'viewer', 'member'] as const).map((role) =>
      of(
        `organization ${role}`,
        makeUser(app, { memberships: { [organizationId]: role } }),
        organizationActions(role),
        true,
      ),
    ),
  ]);
  const key = { 'x-admin-key': '', authorization: `Bearer ${ours.world.key}` };
  actors.push(
    { name: 'anonymous', headers: { 'x-admin-key': '' }, actions: new Set(), isInside: true },
    { name: 'virtual key', headers: key, actions: new Set<Action>(['tenant.read']), isInside: true },
  );
  schema = app.app.get(GraphQLSchemaHost).schema;
  rules = rulesOf(app.app);
  problems = [];
  calls = [...graphqlCalls(ours.things), ...httpCalls(ours.things)];
});
afterAll(() => app.close());

/** Works a list off, several at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

describe('the matrix of everything that can be asked for, by whom, about whose', () => {
  let cells = 0;
  const faults: string[] = [];
  const wrongRights: string[] = [];
  const unlike: string[] = [];
  const leaks: string[] = [];

  const isLeak = ({ text }: Reply, asked: string): boolean =>
    [theirs.canary, ...Object.values(theirs.things)].some((secret) => secret !== asked && text.includes(secret));

  async function own(call: Call, actor: Actor): Promise<void> {
    const reply = await call.ask(actor);
    const cell = `${actor.name}: ${call.name}`;
    cells++;
    if (reply.isFault) faults.push(`${cell}: ${reply.text}`);
    const action = call.rule?.action;
    if (action !== undefined && action !== 'public' && actor.actions.has(action) === reply.lacks)
      wrongRights.push(`${cell}: ${reply.text.slice(0, 200)}`);
    if (actor.isInside && isLeak(reply, '')) leaks.push(`${cell}: ${reply.text}`);
  }

  async function other(call: Call, actor: Actor, slot: Slot): Promise<void> {
    const actsOutside = call.rule?.mutation === true && !call.rule.transaction;
    if (actsOutside && !actor.isInside) return; // What the platform does stays done, and would be found here as a leak.
    const [foreign, unknown] = [theirs.things[slot.kind]!, unknownLike(theirs.things[slot.kind]!)];
    const answers = [await call.ask(actor, slot.path, foreign), await call.ask(actor, slot.path, unknown)] as const;
    const cell = `${actor.name}: ${call.name} ${slot.path}`;
    cells += 2;
    for (const reply of answers) if (reply.isFault) faults.push(`${cell}: ${reply.text}`);
    if (!actor.isInside) return;
    const [first, second] = [answers[0].text.replaceAll(foreign, '<id>'), answers[1].text.replaceAll(unknown, '<id>')];
    if (first !== second) unlike.push(`${cell}:\n  ${first.slice(0, 300)}\n  ${second.slice(0, 300)}`);
    if (isLeak(answers[0], foreign)) leaks.push(`${cell}: ${answers[0].text}`);
  }

  it('knows how to call everything, and has planted a canary wherever there is text', () => {
    expect(problems).toEqual([]);
    expect(calls.filter(({ rule, name }) => !rule && !name.includes('/api/jobs/'))).toEqual([]);
    for (const column of ['organizations.name', 'teams.name', 'keys.name', 'users.email', 'invitations.name'])
      expect(planted).toContain(column);
    expect(planted.length).toBeGreaterThan(30);
  });

  it('is asked, cell by cell', async () => {
    const work = calls.flatMap((call) => actors.map((actor) => ({ call, actor })));
    await each(work, async ({ call, actor }) => {
      await own(call, actor);
      for (const slot of call.slots) await other(call, actor, slot);
    });
    expect(cells).toBeGreaterThanOrEqual(LEAST_CELLS);
  }, 120_000);

  it('has no cell that fails as a fault of ours', () => expect(faults).toEqual([]));
  it('has no cell that leaks anything of the other organization', () => expect(leaks).toEqual([]));
  it('answers about a foreign thing exactly as about an unknown one', () => expect(unlike).toEqual([]));
  it('refuses exactly those who lack the right', () => expect(wrongRights).toEqual([]));
});
