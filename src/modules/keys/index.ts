export { IssuedKey } from './key.entity.js';
export { KeyVerifier, type VerifiedKey } from './key-verifier.service.js';
export { KeysModule } from './keys.module.js';
export { KeysService } from './keys.service.js';
