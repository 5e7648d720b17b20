import { AsyncLocalStorage } from 'node:async_hooks';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  type DocumentNode,
  getNullableType,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type NamedTypeNode,
  typeFromAST,
  visit,
} from 'graphql';
import pg from 'pg';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeUser } from '../support/people.js';
import { keepContent } from '../support/projects.js';
import { seed } from '../support/seed.js';
import { must } from '../support/world.js';

/** What admin.md allows an operation of the portal, whoever signs in; the master key costs none to be known. */
const MOST = 12;
const FOLDER = fileURLToPath(new URL('../../admin-ui/src/', import.meta.url));

/** Things with many neighbours, by the field whose `id` they are, or by the name of an argument or input field. */
const IDS: Record<string, string> = {
  organization: 'seed-org-2',
  organizationId: 'seed-org-2',
  team: 'seed-team-1',
  teamId: 'seed-team-1',
  key: 'key_seed1',
  keyId: 'key_seed1',
  alias: 'als_seed2',
  aliasId: 'als_seed2',
  accessGroup: 'seed-group-2',
  accessGroupId: 'seed-group-2',
  provider: 'prv_seed1',
  providerId: 'prv_seed1',
  servedBy: 'prv_seed1',
  model: 'mdl_seed1',
  modelId: 'mdl_seed1',
  entityId: 'seed-team-1',
};

interface Operation {
  readonly name: string;
  readonly node: OperationDefinitionNode;
}

const documents = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.graphql'),
);
const parsed: DocumentNode = {
  kind: Kind.DOCUMENT,
  definitions: documents.flatMap((path) => parse(readFileSync(join(FOLDER, path), 'utf8')).definitions),
};
const fragments = parsed.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
/** Mutations are left out: what they may cost is decided by what they change, and they leave audit rows. */
const queries = parsed.definitions.flatMap((node): Operation[] =>
  node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.QUERY
    ? [{ name: node.name!.value, node }]
    : [],
);

let app: TestApp;
let schema: GraphQLSchema;
const counting = new AsyncLocalStorage<string[]>();

/** The place where a variable is used, as IDS knows it. */
function placeOf(node: OperationDefinitionNode, variable: string): string {
  let place = '';
  let field = '';
  visit(node, {
    Field: (each) => void (field = each.name.value),
    Argument: (each) => {
      if (each.value.kind === Kind.VARIABLE && each.value.name.value === variable)
        place ||= each.name.value === 'id' ? field : each.name.value;
    },
    ObjectField: (each) => {
      if (each.value.kind === Kind.VARIABLE && each.value.name.value === variable) place ||= each.name.value;
    },
  });
  return place;
}

function sample(type: GraphQLInputType, name: string): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) return [];
  if (isEnumType(bare)) return bare.getValues()[0]!.name;
  if (isInputObjectType(bare)) {
    const fields = Object.values(bare.getFields()).filter((field) => isRequiredInputField(field));
    return Object.fromEntries(fields.map((field) => [field.name, sample(field.type, field.name)]));
  }
  const samples: Record<string, unknown> = { Int: 50, Boolean: true, DateTime: '2030-01-01T00:00:00Z', JSON: {} };
  if (name === 'first') return 50;
  return samples[bare.name] ?? IDS[name] ?? (bare.name === 'ID' ? `no sample for ${name}` : 'seed');
}

/** Every variable that must be given, ids that may be given, and a page of fifty. */
function variablesOf(node: OperationDefinitionNode): Record<string, unknown> {
  const entries = (node.variableDefinitions ?? []).flatMap(({ variable, type }) => {
    const place = placeOf(node, variable.name.value);
    const input = typeFromAST(schema, type as NamedTypeNode) as GraphQLInputType;
    const isWanted = isNonNullType(input) || place === 'first' || place in IDS;
    return isWanted ? [[variable.name.value, sample(input, place)] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Without those that set a pooled connection to its organization, which depend on who had it before. */
async function statementsOf(query: string, variables: object): Promise<string[]> {
  const statements: string[] = [];
  const { body } = await counting.run(statements, () => app.gql(query, variables));
  expect(body.errors).toBeUndefined();
  return statements.filter((sql) => !sql.includes('set_config'));
}

/** A call whose content is kept. */
async function keptCall(organizationId: string): Promise<string> {
  const create = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { id } }';
  const input = { organizationId, code: 'KEPT', name: 'Keeps content' };
  const { createProject } = await must<{ createProject: { id: string } }>(app, create, { input });
  const find = 'SELECT id FROM calls WHERE organization_id = $1 LIMIT 1';
  const { rows } = await app.db.query<{ id: string }>(find, [organizationId]);
  await keepContent(app, createProject.id, rows[0]!.id);
  return rows[0]!.id;
}

beforeAll(async () => {
  app = await startTestApp();
  ({ schema } = app.app.get(GraphQLSchemaHost));
  const size = { organizations: 8, teams: 80, keys: 160, jobs: 400, callsPerJob: 2, days: 1 };
  await seed(app.db, size, app.clock.now());
  const { rows } = await app.db.query<{ id: string }>("SELECT id FROM jobs WHERE team_id = 'seed-team-1' LIMIT 1");
  await app.gql('mutation { suspendTeam(id: "seed-team-9") { id } }');
  const entries = await app.db.query<{ id: string }>('SELECT id FROM audit_entries LIMIT 1');
  const user = await makeUser(app, { memberships: { 'seed-org-2': 'admin', 'seed-org-3': 'viewer' } });
  const callBody = await keptCall('seed-org-2');
  Object.assign(IDS, {
    callBody,
    job: rows[0]!.id,
    jobId: rows[0]!.id,
    auditEntry: entries.rows[0]!.id,
    user,
    userId: user,
  });
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [asked] = args as [string | { text?: string }];
    counting.getStore()?.push(typeof asked === 'string' ? asked : (asked.text ?? ''));
    return query.apply(this, args) as never;
  });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await app.close();
});

it('counts the statements of an operation, and of nothing else', async () => {
  expect(await statementsOf('{ __typename }', {})).toEqual([]);
  const one = await statementsOf('{ team(id: "seed-team-1") { id } }', {});
  expect(one.filter((sql) => sql.includes('"teams"'))).toHaveLength(1);
  const few = await statementsOf('{ keys(first: 1) { items { team { name } } } }', {});
  const many = await statementsOf('{ keys(first: 50) { items { team { name } } } }', {});
  expect(many).toHaveLength(few.length);
});

it('has documents of the portal to look at', () => {
  expect(documents.length).toBeGreaterThan(10);
  expect(queries.length).toBeGreaterThan(20);
});

describe('an operation of the portal', () => {
  it.each(queries.map(({ name, node }) => [name, node] as const))(
    `%s needs at most ${MOST} statements`,
    async (_, node) => {
      const text = [node, ...fragments.filter((each) => print(node).includes(`...${each.name.value}`))]
        .map(print)
        .join('\n');
      const statements = await statementsOf(text, variablesOf(node));
      expect(statements.length > MOST ? statements : []).toEqual([]);
    },
  );
});
