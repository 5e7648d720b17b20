import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import { RoutesService } from '../../catalog/index.js';
import { RateLimits, type RatePermit } from '../../rates/index.js';
import { admit } from './admit.js';
import type { Admission, CallRequest } from './call.js';
import { Spending } from './spending/spending.service.js';

/** A call that may be sent: its rates are counted, and its money is held. */
export interface Admitted {
  /** The bounds that are held; of less output than was asked for when that alone fits. */
  readonly admission: Admission;
  readonly permit: RatePermit;
}

/** Everything that stands between a call and a vendor. */
@Injectable()
export class Admissions {
  constructor(
    private readonly routes: RoutesService,
    private readonly rates: RateLimits,
    private readonly spending: Spending,
    private readonly clock: Clock,
  ) {}

  /** resolve > admit: where the call may go, and the most that it can use and cost. @throws DomainError */
  async of(request: CallRequest): Promise<Admission> {
    const { organizationId, teamId, projectId, defaultAlias } = request.caller;
    const place = { organizationId, teamId, projectId };
    return admit(request, await this.routes.resolve({ ...place, alias: request.model, defaultAlias }));
  }

  /**
   * Counts the call in its rate limits and holds its money. One that is refused for money gives its tokens back, but was a
   * request all the same.
   * @throws DomainError rate_limit_exceeded, and those of Spending.reserve
   */
  async hold(request: CallRequest, asked: Admission): Promise<Admitted> {
    const { organizationId, keyId, teamId, projectId, userId } = request.caller;
    const place = { organizationId, keyId, teamId, projectId, userId };
    const permit = await this.rates.admit(place, { id: request.id, tokens: asked.tokensBound }, this.clock.now());
    try {
      return { admission: await this.spending.reserve(request, asked), permit };
    } catch (error) {
      permit.settle(0);
      permit.release();
      throw error;
    }
  }
}
