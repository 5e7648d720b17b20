export { RATE_PERS, RATE_UNITS, RateLimit } from './admin/rate-limit.entity.js';
export {
  type CreateRateLimitInput,
  MAX_RATE,
  type RateLimitFilter,
  type UpdateRateLimitInput,
} from './admin/rate-limits.inputs.js';
export { RateLimitsService } from './admin/rate-limits.service.js';
export type { RatePermit } from './rate-permit.js';
export { RateLimitExceeded } from './rate-refusal.js';
export { RatesModule } from './rates.module.js';
export { RateLimits } from './rates.service.js';
