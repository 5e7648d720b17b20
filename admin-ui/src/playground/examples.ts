/** A tab of the playground; GraphiQL names it after its operation. */
interface Example {
  readonly query: string;
  readonly variables?: string;
}

const example = (query: string, variables?: Readonly<Record<string, unknown>>): Example =>
  variables === undefined
    ? { query: query.trimStart() }
    : { query: query.trimStart(), variables: JSON.stringify(variables, null, 2) };

const CREATE_ORGANIZATION = `
# Sign in first: put the master key into X-Admin-Key above.
mutation CreateOrganization($input: CreateOrganizationInput!) {
  createOrganization(input: $input) {
    organization {
      id
      name
      status
      createdAt
    }
  }
}
`;

const CREATE_TEAM = `
# The token is shown this once: copy it from the answer.
mutation CreateTeam($input: CreateTeamInput!) {
  createTeam(input: $input) {
    issued {
      token
    }
    team {
      id
      name
      budgetMode
      status
      allowedAliases
    }
  }
}
`;

const ORGANIZATIONS = `
query Organizations($first: Int, $after: String, $search: String) {
  organizations(first: $first, after: $after, search: $search) {
    total
    nextCursor
    items {
      id
      name
      status
      teams {
        id
        name
        status
        credits {
          allocated
          available
        }
      }
    }
  }
}
`;

const SET_UP_MODEL = `
# Run the five operations in this order, putting each new id into the variables of the next: provider, model, price,
# alias, access group (the play button offers each by name).
mutation CreateProvider($provider: CreateProviderInput!) {
  createProvider(input: $provider) {
    id
    name
    kind
  }
}

mutation CreateModel($model: CreateModelInput!) {
  createModel(input: $model) {
    id
    name
  }
}

mutation AddPrice($modelId: ID!, $price: AddPriceInput!) {
  addModelPrice(modelId: $modelId, input: $price) {
    currentPrice {
      validFrom
    }
  }
}

mutation CreateAlias($alias: CreateAliasInput!) {
  createAlias(input: $alias) {
    id
    name
  }
}

mutation CreateAccessGroup($accessGroup: CreateAccessGroupInput!) {
  createAccessGroup(input: $accessGroup) {
    id
    displayName
    aliases {
      name
    }
  }
}
`;

const ADD_CREDITS = `
mutation AddCredits($input: CreditsInput!) {
  addCredits(input: $input) {
    id
    amount
    balanceBefore
    balanceAfter
    reason
    createdAt
  }
}
`;

const AUDIT_ENTRIES = `
query AuditEntries($first: Int, $filter: AuditFilter) {
  auditEntries(first: $first, filter: $filter) {
    total
    nextCursor
    items {
      id
      at
      action
      status
      actorName
      message
      entityType
      entityId
      changes
      requestId
    }
  }
}
`;

/** The main workflows of an administrator, in the order of a first visit. */
export const EXAMPLES: readonly Example[] = [
  example(SET_UP_MODEL, {
    provider: { name: 'openai', kind: 'openai', baseUrl: 'https://api.openai.com/v1', credential: '<secret>' },
    model: { providerId: 'prv_...', name: 'gpt-4.1-mini', maxOutputTokens: 32768 },
    modelId: 'mdl_...',
    price: { prices: { input: '0.40', output: '1.60' } },
    alias: { name: 'fast', targets: [{ modelId: 'mdl_...' }] },
    accessGroup: { id: 'standard', aliasIds: ['als_...'] },
  }),
  example(CREATE_ORGANIZATION, { input: { id: 'acme', name: 'Acme Labs' } }),
  example(CREATE_TEAM, {
    input: { organizationId: 'acme', id: 'acme-search', name: 'Search', accessGroupIds: ['standard'], credits: '100' },
  }),
  example(ORGANIZATIONS, { first: 25 }),
  example(ADD_CREDITS, {
    input: { teamId: 'acme-search', credits: '50', reason: 'Top-up' },
  }),
  example(AUDIT_ENTRIES, { first: 25 }),
];
