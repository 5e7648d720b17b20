export {
  ACCESS,
  Access,
  type AccessRule,
  AdminMutation,
  bindCtx,
  boundCtx,
  CurrentCtx,
  type Identity,
  IdentityResolver,
  Public,
  RefusalRecorder,
} from './access.js';
export { AccessGuard, systemCtx } from './access.guard.js';
