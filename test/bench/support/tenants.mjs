import { randomBytes } from 'node:crypto';

const MANY = '1000000000';

/** Windows of five limits are on the path of every call, besides the credits of the team. */
const LIMITS = [
  { scopeType: 'ORGANIZATION', unit: 'USD', period: 'MONTH' },
  { scopeType: 'TEAM', unit: 'USD', period: 'DAY' },
  { scopeType: 'TEAM', unit: 'REQUEST', period: 'DAY' },
  { scopeType: 'KEY', unit: 'USD', period: 'TOTAL' },
  { scopeType: 'KEY', unit: 'TOKEN', period: 'DAY' },
];

/** A mutation that takes one input, and gives what it made. */
async function make(product, mutation, input, fields = 'id') {
  const type = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { made: ${mutation}(input: $input) { ${fields} } }`;
  return (await product.admin(query, { input })).made;
}

/** An alias whose one target is the vendor; for all tenants of a database. */
export async function makeCatalog(product, vendorUrl) {
  const vendor = { kind: 'openai', name: 'bench', baseUrl: `${vendorUrl}/v1`, credential: 'vendor-key' };
  const provider = await make(product, 'createProvider', vendor);
  const model = await make(product, 'createModel', {
    providerId: provider.id,
    name: 'bench-model',
    maxOutputTokens: 500,
  });
  const price = 'mutation ($id: ID!, $input: AddPriceInput!) { addModelPrice(modelId: $id, input: $input) { id } }';
  await product.admin(price, { id: model.id, input: { prices: { input: '3', output: '15' } } });
  const alias = await make(product, 'createAlias', { name: 'bench', targets: [{ modelId: model.id }] });
  await make(product, 'createAccessGroup', { id: 'bench', aliasIds: [alias.id] });
}

/** An organization with a team that has more credits than it can use, a key, and five limits far from their end. */
export async function makeTenant(product) {
  const tag = randomBytes(4).toString('hex');
  const organizationId = `org-${tag}`;
  await make(product, 'createOrganization', { id: organizationId, name: 'Bench' }, 'organization { id }');
  const team = { id: `team-${tag}`, organizationId, accessGroupIds: ['bench'], credits: MANY };
  const { issued } = await make(product, 'createTeam', team, 'issued { token key { id } }');
  const ids = { ORGANIZATION: organizationId, TEAM: team.id, KEY: issued.key.id };
  for (const limit of LIMITS)
    await make(product, 'createLimit', { organizationId, scopeId: ids[limit.scopeType], amount: MANY, ...limit });
  return { organizationId, teamId: team.id, keyId: issued.key.id, key: issued.token };
}

const PATH = `
  SELECT coalesce(array_agg(w.id ORDER BY w.id), '{}') AS call,
    (SELECT version FROM limit_versions WHERE organization_id = $1) AS version
  FROM limit_windows w WHERE w.organization_id = $1`;

/** A tenant that has called before, as the ledger knows it: all windows of its five limits, which are on each call. */
export async function knownToLedger(client, { organizationId, keyId }) {
  const { rows } = await client.query(PATH, [organizationId]);
  return { keyId, path: { version: rows[0].version, job: [], call: rows[0].call } };
}
