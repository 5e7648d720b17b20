import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import { DomainError } from '../../../core/errors.js';
import { drawn, type Route, RoutesService } from '../../catalog/index.js';
import { RateLimits, type RatePermit } from '../../rates/index.js';
import { type CacheLookup, ResponseCache } from '../content/response-cache.service.js';
import { admit } from './admit.js';
import { admissionOfHit } from './cache-hit.js';
import type { Admission, CallRequest } from './call.js';
import { type Draw, Remaining } from './spending/remaining.service.js';
import { Spending } from './spending/spending.service.js';

/** A call that may be sent: its rates are counted, and its money is held. */
export interface Admitted {
  /** The bounds that are held; of less output than was asked for when that alone fits. */
  readonly admission: Admission;
  readonly permit: RatePermit;
  /** What its limits have left, to be told. */
  readonly draw: Draw;
  /** Null for a call that has nothing to do with a cache. */
  readonly lookup: CacheLookup | null;
}

/** Everything that stands between a call and a vendor. */
@Injectable()
export class Admissions {
  constructor(
    private readonly routes: RoutesService,
    private readonly rates: RateLimits,
    private readonly spending: Spending,
    private readonly remaining: Remaining,
    private readonly cache: ResponseCache,
    private readonly clock: Clock,
  ) {}

  /** resolve > admit: where the call may go, and the most that it can use and cost. @throws DomainError */
  async of(request: CallRequest): Promise<Admission> {
    const { organizationId, teamId, projectId, defaultAlias } = request.caller;
    const place = { organizationId, teamId, projectId };
    const route = await this.routes.resolve({ ...place, alias: request.model, defaultAlias });
    return admit(request, drawn(permitted(route, request.caller), request.id));
  }

  /**
   * Counts the call in its rate limits and holds its money. One that is refused for money gives its tokens back, but was a
   * request all the same.
   * @throws DomainError rate_limit_exceeded, and those of Spending.reserve
   */
  async hold(request: CallRequest, asked: Admission): Promise<Admitted> {
    const { organizationId, keyId, teamId, projectId, userId } = request.caller;
    const place = { organizationId, keyId, teamId, projectId, userId };
    const lookup = await this.cache.look(request, asked.route);
    const wanted = lookup?.answer ? admissionOfHit(request, asked, lookup.answer) : asked;
    const permit = await this.rates.admit(place, { id: request.id, tokens: wanted.tokensBound }, this.clock.now());
    try {
      const admission = await this.spending.reserve(request, wanted);
      return { admission, permit, draw: this.remaining.follow(request, admission), lookup };
    } catch (error) {
      permit.settle(0);
      permit.release();
      throw error;
    }
  }
}

/** The route as far as the rules of the key leave it. @throws DomainError model_not_allowed, which tells no list */
function permitted(route: Route, { rules }: CallRequest['caller']): Route {
  const { name } = route.alias;
  if (!rules.allowsModel(name))
    throw new DomainError('model_not_allowed', `The model rules of the key do not allow model alias '${name}'`);
  const targets = route.targets.filter(({ provider }) => rules.allowsProvider(provider.kind));
  if (targets.length === 0)
    throw new DomainError('model_not_allowed', `The provider rules of the key leave nobody to serve '${name}'`);
  return targets.length === route.targets.length ? route : { ...route, targets };
}
