export {
  ACCESS,
  Access,
  type AccessRule,
  AdminAction,
  AdminMutation,
  bindCtx,
  boundCtx,
  CurrentCtx,
  type Identity,
  IdentityResolver,
  Public,
  type Refusal,
  RefusalRecorder,
  type Target,
  targetOf,
} from './access.js';
export { AccessGuard, systemCtx } from './access.guard.js';
export { keyedRequestOf } from './keyed-request.js';
