import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { DomainError, invalid, notFound } from '../../../core/errors.js';
import { Database } from '../../../infra/database/index.js';
import { Events, RECONNECTED } from '../../../infra/events/index.js';
import { Log } from '../../../infra/telemetry/index.js';
import { Vault } from '../../../infra/vault/index.js';
import { TENANT_CHANGED } from '../../organizations/index.js';
import { GrantScope } from '../access/access-grant.entity.js';
import { CATALOG_CHANGED } from '../catalog-changed.js';
import { KINDS_WITHOUT_CREDENTIAL } from '../providers/provider-kind.js';
import type { Route, RouteRequest, RouteTarget } from './route.js';
import {
  ALIAS_BY_NAME,
  type AliasRow,
  type CallableAlias,
  type Defect,
  GRANTED_ALIASES,
  type TargetRow,
  TARGETS,
  targetOf,
} from './route-rows.js';

/** Whose grants are meant. */
type Place = Pick<RouteRequest, 'organizationId' | 'teamId' | 'projectId'>;

/** SDKs know no pages of this list. */
const MAX_CALLABLE = 5_000;

interface Cached {
  readonly route: Promise<Route>;
  readonly untilMs: number;
}

/**
 * Hot path: who asks for which alias > where the call may go. From a short cache, which every change of the catalog
 * empties on every process.
 */
@Injectable()
export class RoutesService implements OnModuleInit {
  private readonly cache = new Map<string, Cached>();

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(CATALOG_CHANGED, () => this.cache.clear());
    this.events.subscribe(TENANT_CHANGED, () => this.cache.clear()); // The plan of an organization decides, too.
    this.events.subscribe(RECONNECTED, () => this.cache.clear());
  }

  /**
   * @throws DomainError invalid_request when no alias is named and none is the obvious one, not_found for an unknown
   * one, model_not_allowed for one that is not granted, inactive or of other plans, provider_error when nothing serves
   */
  resolve(request: RouteRequest): Promise<Route> {
    const { organizationId, teamId, projectId } = request;
    const key = JSON.stringify([organizationId, teamId, projectId, request.alias ?? request.defaultAlias]);
    const cached = this.cache.get(key);
    if (cached && cached.untilMs > this.clock.nowMs()) return cached.route;
    const route = this.load(request);
    if (this.cache.size >= this.config.bounds.keyCacheEntries) this.cache.clear();
    const entry = { route, untilMs: this.clock.nowMs() + this.config.bounds.keyCacheMs };
    this.cache.set(key, entry);
    // A refusal is not kept: what it lacks may be there the next moment.
    route.catch(() => this.cache.get(key) === entry && this.cache.delete(key));
    return route;
  }

  /** The aliases that somebody may call, by name; at most 5,000. @throws DomainError forbidden for a key without team and project */
  async callable(place: Place): Promise<CallableAlias[]> {
    return this.granted(place, MAX_CALLABLE);
  }

  private async granted(place: Place, limit: number): Promise<CallableAlias[]> {
    const holder = holderOf(place);
    const values = [holder.id, place.organizationId, holder.scope, limit];
    const query = { name: 'route_granted', text: GRANTED_ALIASES, values };
    return (await this.database.pool.query<CallableAlias>(query)).rows;
  }

  private async load(request: RouteRequest): Promise<Route> {
    const alias = await this.alias(request, request.alias ?? request.defaultAlias ?? (await this.onlyAlias(request)));
    const values = [alias.id, request.organizationId, this.clock.now(), KINDS_WITHOUT_CREDENTIAL];
    const { rows } = await this.database.pool.query<TargetRow>({ name: 'route_targets', text: TARGETS, values });
    const open = this.vault.open.bind(this.vault);
    const found = rows.map((row) => ({ row, target: targetOf(row, alias.priceOverride, open) }));
    const targets = found.flatMap(({ target }) => (typeof target === 'string' ? [] : [target]));
    for (const { row, target } of found) if (typeof target === 'string') this.report(alias, row, target);
    if (targets.length === 0) throw unserved(alias.name, found);
    const { id, name, routingStrategy: strategy } = alias;
    return Object.freeze({ alias: Object.freeze({ id, name, strategy }), targets: Object.freeze(targets) });
  }

  private async alias(request: RouteRequest, name: string): Promise<AliasRow> {
    const holder = holderOf(request);
    const values = [holder.id, request.organizationId, name, holder.scope];
    const { rows } = await this.database.pool.query<AliasRow>({ name: 'route_alias', text: ALIAS_BY_NAME, values });
    const alias = rows[0];
    if (!alias) throw notFound('Model alias', name);
    if (!alias.isAllowed)
      throw new DomainError(
        'model_not_allowed',
        `${holder.noun} '${holder.id}' does not have access to model alias '${name}'`,
      );
    return alias;
  }

  /** Who may call one alias only need not name it. */
  private async onlyAlias(request: RouteRequest): Promise<string> {
    const holder = holderOf(request);
    // Two are enough to know that there is not exactly one.
    const rows = await this.granted(request, 2);
    if (rows.length === 1) return rows[0]!.name;
    const many = holder.scope === GrantScope.TEAM ? 'several model aliases and no default' : 'several model aliases';
    const what = rows.length === 0 ? 'no model alias' : many;
    throw invalid('model', `must be given: the ${holder.scope} has ${what}`);
  }

  private report(alias: AliasRow, row: TargetRow, defect: Defect): void {
    if (defect === 'not in plan') return;
    const fields = { alias: alias.name, modelId: row.modelId, providerId: row.providerId };
    this.log.warn(`a target of an alias cannot serve: ${defect}`, fields);
  }
}

/** Whose grants decide: the team's for a key with one, which a project that it names does not widen. */
function holderOf({ teamId, projectId }: Place): { scope: GrantScope; id: string; noun: string } {
  if (teamId !== null) return { scope: GrantScope.TEAM, id: teamId, noun: 'Team' };
  if (projectId !== null) return { scope: GrantScope.PROJECT, id: projectId, noun: 'Project' };
  throw new DomainError('forbidden', 'The key belongs to neither a team nor a project');
}

function unserved(alias: string, found: readonly { target: RouteTarget | Defect }[]): DomainError {
  if (found.length > 0 && found.every(({ target }) => target === 'not in plan'))
    return new DomainError(
      'model_not_allowed',
      `Model alias '${alias}' is not available to the plan of the organization`,
    );
  const isUnpriced = found.some(({ target }) => target === 'no price');
  const why = isUnpriced ? `model alias '${alias}' has no price in effect` : `no enabled provider serves '${alias}'`;
  return new DomainError('provider_error', why);
}
