export { LimitAlertFilter } from './alerts/alerts.inputs.js';
export { LimitAlert } from './alerts/limit-alert.entity.js';
export { LimitAlerts } from './alerts/limit-alerts.service.js';
export { formatAmount } from './amounts.js';
export { GrantLimitInput } from './grants/grants.inputs.js';
export { GrantsService } from './grants/grants.service.js';
export { LimitGrant } from './grants/limit-grant.entity.js';
export { LimitScopes } from './limit-scopes.service.js';
export {
  LIMIT_ENFORCEMENTS,
  LIMIT_PERIODS,
  LIMIT_SCOPE_TYPES,
  LIMIT_STATUSES,
  LIMIT_UNITS,
  type LimitEnforcement,
  type LimitStatus,
  type LimitUnit,
} from './limit-words.js';
export { Limit } from './limit.entity.js';
export { CreateLimitInput, LimitFilter, MAX_ALERTS, UpdateLimitInput } from './limits.inputs.js';
export { LimitsModule } from './limits.module.js';
export { LimitsService } from './limits.service.js';
export { bindingLimits, type Candidate } from './paths/binding.js';
export { type LimitPath, LimitPaths, type LimitSlot } from './paths/limit-paths.service.js';
export { type BoundLimit, LimitsOf } from './paths/limits-of.service.js';
export { LimitWindows } from './windows/limit-windows.service.js';
export { type WindowFigures } from './windows/window-figures.js';
