import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { ALL_ORGANIZATIONS, type Ctx } from '../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { Secret } from '../../../core/secret.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { Vault } from '../../../infra/vault/index.js';
import { adapterFor, type ProviderKind, UrlGuard } from '../../../providers/index.js';
import { Organization, OrganizationsService } from '../../organizations/index.js';
import { requireUnused } from '../aliases/aliases-using.js';
import { announceChange } from '../catalog-changed.js';
import { lockRow } from '../lock-row.js';
import { Model, ModelStatus } from '../models/model.entity.js';
import { credentialHint } from './credential-hint.js';
import { providerKind, SIMULATOR } from './provider-kind.js';
import { Provider, ProviderStatus } from './provider.entity.js';
import {
  type CreateProviderInput,
  type ProviderFilter,
  ProviderOrder,
  type UpdateProviderInput,
} from './providers.inputs.js';

/** Its own models, and those of its kind that name no provider. */
const SERVES = 'm.provider_id = provider.id OR (m.provider_id IS NULL AND m.provider_kind = provider.kind)';
const MODEL_COUNT = `(SELECT count(*) FROM models m WHERE m.status <> 'deleted' AND (${SERVES}))`;
const MODEL_COUNTS = `SELECT provider.id, ${MODEL_COUNT}::integer AS models FROM providers provider
  WHERE provider.id = ANY($1)`;
/** Faults in a million requests of the last hour; calls belong to a later module, so the sum is one of SQL. */
const HEALTH = `(SELECT provider_id, count(*) FILTER (WHERE is_fault) * 1000000 / count(*) AS error_rate
  FROM provider_attempts(:since) GROUP BY provider_id)`;
const HOUR_MS = 60 * 60 * 1000;
const COLUMNS: SortColumns<ProviderOrder> = {
  created: ['provider.createdAt', 'timestamptz'],
  name: ['provider.name', 'text'],
  kind: ['provider.kind', 'text'],
  status: ['provider.status', 'text'],
  organization: ['organization.name', 'text', 'nullable'],
  model_count: [MODEL_COUNT, 'bigint'],
  error_rate: ['health.error_rate', 'bigint', 'nullable'],
};

@Injectable()
export class ProvidersService {
  private readonly urls: UrlGuard;

  constructor(
    private readonly organizations: OrganizationsService,
    private readonly vault: Vault,
    private readonly events: Events,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.urls = new UrlGuard(config.providerUrlAllow);
  }

  /** @throws DomainError not_found, also for a deleted one and for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<Provider> {
    const provider = await ctx.em.findOneBy(Provider, { id });
    if (!provider || provider.status === ProviderStatus.DELETED) throw notFound('Provider', id);
    return provider;
  }

  /** Those of the ids that the actor may see, deleted ones too. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Provider>> {
    const providers = await ctx.em.findBy(Provider, { id: In(ids) });
    return new Map(providers.map((provider) => [provider.id, provider]));
  }

  /** How many models each may serve: its own, and those of its kind that name no provider. */
  async modelCounts(ctx: Ctx, ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await ctx.em.query<{ id: string; models: number }[]>(MODEL_COUNTS, [ids]);
    return new Map(rows.map((row) => [row.id, row.models]));
  }

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: ProviderFilter = {},
    order: ProviderOrder = ProviderOrder.CREATED_DESC,
  ): Promise<Page<Provider>> {
    const query = ctx.em
      .createQueryBuilder(Provider, 'provider')
      .leftJoin(Organization, 'organization', 'organization.id = provider.organizationId')
      .leftJoin(HEALTH, 'health', 'health.provider_id = provider.id')
      .setParameter('since', new Date(this.clock.nowMs() - HOUR_MS));
    if (filter.status) query.where('provider.status = :status', { status: filter.status });
    else query.where('provider.status <> :deleted', { deleted: ProviderStatus.DELETED });
    if (filter.organizationId) query.andWhere('provider.organizationId = :org', { org: filter.organizationId });
    if (filter.kind) query.andWhere('provider.kind = :kind', { kind: filter.kind });
    if (page.search)
      query.andWhere('(provider.id ILIKE :search OR provider.name ILIKE :search)', { search: containing(page.search) });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError invalid_request, not_found for the organization, conflict when the name is taken in it */
  async create(ctx: Ctx, input: CreateProviderInput): Promise<Provider> {
    const kind = providerKind(input.kind, 'kind');
    const organizationId = input.organizationId ?? null;
    await this.requireOwner(ctx, organizationId);
    if (kind === SIMULATOR && organizationId !== null) throw invalid('kind', 'the simulator serves the platform only');
    requireAddress(kind, input.baseUrl ?? null);
    const id = newId('provider');
    const values: Partial<Provider> = {
      id,
      kind,
      organizationId,
      name: input.name,
      baseUrl: this.checkedUrl(input.baseUrl),
      status: ProviderStatus.ENABLED,
      ...this.sealed(id, input.credential),
    };
    const provider = await insertNew(ctx.em, Provider, values, nameTaken(input.name));
    await announceChange(ctx, this.events);
    return provider;
  }

  /** @throws DomainError invalid_request when the base URL changes and the credential is not entered again */
  async update(ctx: Ctx, id: string, input: UpdateProviderInput): Promise<Provider> {
    await lockRow(ctx, 'providers', id);
    const provider = await this.get(ctx, id);
    const baseUrl = input.baseUrl === undefined ? provider.baseUrl : this.checkedUrl(input.baseUrl);
    // Whoever may change an address but does not hold the credential must not be able to have it sent to himself.
    if (baseUrl !== provider.baseUrl && provider.hasCredential && input.credential === undefined)
      throw invalid('credential', 'must be entered again, since the base URL changes');
    requireAddress(provider.kind, baseUrl);
    if (input.name && input.name !== provider.name) await this.requireFreeName(ctx, provider, input.name);
    provider.baseUrl = baseUrl;
    provider.name = input.name ?? provider.name;
    provider.status = input.status ?? provider.status;
    if (input.credential !== undefined) Object.assign(provider, this.sealed(id, input.credential));
    return this.save(ctx, provider);
  }

  enable(ctx: Ctx, id: string): Promise<Provider> {
    return this.update(ctx, id, { status: ProviderStatus.ENABLED });
  }

  disable(ctx: Ctx, id: string): Promise<Provider> {
    return this.update(ctx, id, { status: ProviderStatus.DISABLED });
  }

  /** Deletes it, its credential and the models that only it serves. @throws DomainError conflict naming the aliases */
  async delete(ctx: Ctx, id: string): Promise<Provider> {
    await lockRow(ctx, 'providers', id);
    const provider = await this.get(ctx, id);
    await requireUnused(ctx, { providerId: id }, `provider '${provider.name}'`);
    provider.status = ProviderStatus.DELETED;
    Object.assign(provider, this.sealed(id, null));
    await this.save(ctx, provider);
    const models = await ctx.em.findBy(Model, { providerId: id });
    for (const model of models) await ctx.em.save(Object.assign(model, { status: ModelStatus.DELETED }));
    return provider;
  }

  private async save(ctx: Ctx, provider: Provider): Promise<Provider> {
    await ctx.em.save(provider);
    await announceChange(ctx, this.events);
    return provider;
  }

  private async requireOwner(ctx: Ctx, organizationId: string | null): Promise<void> {
    if (organizationId !== null) await this.organizations.get(ctx, organizationId);
    else if (ctx.organizationId !== ALL_ORGANIZATIONS)
      throw new DomainError('forbidden', 'Only the platform adds providers that serve every organization');
  }

  private async requireFreeName(ctx: Ctx, provider: Provider, name: string): Promise<void> {
    const isTaken = await ctx.em
      .createQueryBuilder(Provider, 'provider')
      .where('provider.name = :name AND provider.status <> :deleted', { name, deleted: ProviderStatus.DELETED })
      .andWhere('provider.organizationId IS NOT DISTINCT FROM :org', { org: provider.organizationId })
      .getExists();
    if (isTaken) throw nameTaken(name);
  }

  private checkedUrl(text: string | null | undefined): string | null {
    if (text === null || text === undefined) return null;
    try {
      return this.urls.check(text).href;
    } catch (error) {
      if (error instanceof DomainError) throw invalid('baseUrl', error.details.errors?.[0]?.message ?? error.message);
      throw error;
    }
  }

  private sealed(
    id: string,
    text: string | null | undefined,
  ): Pick<Provider, 'credentialCiphertext' | 'credentialHint'> {
    if (text === null || text === undefined) return { credentialCiphertext: null, credentialHint: null };
    const credential = new Secret(text);
    return { credentialCiphertext: this.vault.seal(credential, id), credentialHint: credentialHint(credential) };
  }
}

const nameTaken = (name: string): DomainError =>
  new DomainError('conflict', `Provider '${name}' already exists`, { field: 'name' });

/** A vendor whose servers are one's own, or whose address names an account, has no address that goes without saying. */
function requireAddress(kind: ProviderKind, baseUrl: string | null): void {
  if (baseUrl === null && adapterFor(kind).defaultBaseUrl === null)
    throw invalid('baseUrl', `is required: a provider of kind ${kind} has no address of its own`);
}
