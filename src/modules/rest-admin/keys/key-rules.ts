import type { ProviderKind } from '../../../providers/index.js';
import {
  ADDRESS_RULES,
  type Key,
  type KeyRules,
  MAX_RULES,
  MODEL_RULES,
  NO_RULES,
  PROVIDER_RULES,
} from '../../keys/index.js';
import { Text, Texts } from '../fields/answers.js';
import { ListField } from '../fields/fields.js';

const Rules = (each: typeof MODEL_RULES, about: string): PropertyDecorator =>
  ListField({ optional: true, most: MAX_RULES, each, about });

/** All rules of a key: a list that is left out is empty. */
export class KeyRulesBody {
  @Rules(MODEL_RULES, 'Model aliases that it may call, among those granted: names, or globs such as gpt-*.')
  allow_models?: string[] | null;

  @Rules(MODEL_RULES, 'Model aliases that it may not call.')
  deny_models?: string[] | null;

  @Rules(PROVIDER_RULES, 'Kinds of the providers that may serve its calls.')
  allow_providers?: ProviderKind[] | null;

  @Rules(PROVIDER_RULES, 'Kinds of the providers that may not serve its calls.')
  deny_providers?: ProviderKind[] | null;

  @Rules(ADDRESS_RULES, 'Addresses and CIDR ranges that it may be used from.')
  allow_addresses?: string[] | null;

  @Rules(ADDRESS_RULES, 'Addresses and CIDR ranges that it may not be used from.')
  deny_addresses?: string[] | null;

  input(): KeyRules {
    return {
      allowModels: this.allow_models ?? [],
      denyModels: this.deny_models ?? [],
      allowProviders: this.allow_providers ?? [],
      denyProviders: this.deny_providers ?? [],
      allowAddresses: this.allow_addresses ?? [],
      denyAddresses: this.deny_addresses ?? [],
    };
  }
}

export class KeyRulesView {
  @Text()
  key_id: string;

  @Texts()
  allow_models: string[];

  @Texts()
  deny_models: string[];

  @Texts()
  allow_providers: string[];

  @Texts()
  deny_providers: string[];

  @Texts()
  allow_addresses: string[];

  @Texts()
  deny_addresses: string[];
}

export function keyRulesView({ id, rules }: Key): KeyRulesView {
  const { allowModels, denyModels, allowProviders, denyProviders, allowAddresses, denyAddresses } = rules ?? NO_RULES;
  return {
    key_id: id,
    allow_models: allowModels,
    deny_models: denyModels,
    allow_providers: allowProviders,
    deny_providers: denyProviders,
    allow_addresses: allowAddresses,
    deny_addresses: denyAddresses,
  };
}
