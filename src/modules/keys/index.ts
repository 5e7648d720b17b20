export { IssuedKey, Key } from './key.entity.js';
export { type CallingKey, KeyVerifier, type VerifiedKey } from './key-verifier.service.js';
export { KeysModule } from './keys.module.js';
export { KeysService } from './keys.service.js';
export { ADDRESS_RULES, type KeyRules, MAX_RULES, MODEL_RULES, NO_RULES, PROVIDER_RULES } from './rules/key-rules.js';
export { ruleBook } from './rules/rule-book.js';
