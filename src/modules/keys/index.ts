export { IssuedKey, Key } from './key.entity.js';
export { type CallingKey, KeyVerifier, type VerifiedKey } from './key-verifier.service.js';
export { KeysModule } from './keys.module.js';
export { KeysService } from './keys.service.js';
