import { applyDecorators } from '@nestjs/common';
import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsOptional, ValidateBy } from 'class-validator';
import { PROVIDER_KINDS, type ProviderKind } from '../../../providers/index.js';
import { GLOB_RULE, isGlob } from './glob.js';
import { NETWORK_RULE, networkOf } from './networks.js';

/** Of each list of rules. */
export const MAX_RULES = 100;

/** What a rule may be, and the words about one that is not. */
interface RuleCheck {
  readonly rule: string;
  readonly test: (value: unknown) => boolean;
}

export const MODEL_RULES: RuleCheck = { rule: GLOB_RULE, test: isGlob };
export const PROVIDER_RULES: RuleCheck = {
  rule: `must be kinds of providers: ${PROVIDER_KINDS.join(', ')}`,
  test: (value) => PROVIDER_KINDS.includes(value as ProviderKind),
};
export const ADDRESS_RULES: RuleCheck = {
  rule: NETWORK_RULE,
  test: (value) => typeof value === 'string' && networkOf(value) !== null,
};

const Rules = ({ rule, test }: RuleCheck, description: string): PropertyDecorator =>
  applyDecorators(
    Field(() => [String], { defaultValue: [], description }),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(MAX_RULES),
    ValidateBy({ name: rule, validator: { validate: test, defaultMessage: () => rule } }, { each: true }),
  );

/** What a key is narrowed to; the same class both ways, and as it is stored. */
@ObjectType({
  description: 'What a key is narrowed to. Deny wins over allow; an empty list to allow allows everything.',
})
@InputType('KeyRulesInput', {
  description: `All rules of a key; at most ${MAX_RULES} in each list. A list that is left out is empty.`,
})
export class KeyRules {
  @Rules(MODEL_RULES, 'Model aliases that it may call, among those granted: names, or globs such as `gpt-*`.')
  allowModels: string[];

  @Rules(MODEL_RULES, 'Model aliases that it may not call: names or globs.')
  denyModels: string[];

  @Rules(PROVIDER_RULES, 'Kinds of the providers that may serve its calls.')
  allowProviders: ProviderKind[];

  @Rules(PROVIDER_RULES, 'Kinds of the providers that may not serve its calls.')
  denyProviders: ProviderKind[];

  @Rules(ADDRESS_RULES, 'Addresses and CIDR ranges that it may be used from.')
  allowAddresses: string[];

  @Rules(ADDRESS_RULES, 'Addresses and CIDR ranges that it may not be used from.')
  denyAddresses: string[];
}

export const NO_RULES: Readonly<KeyRules> = Object.freeze({
  allowModels: [],
  denyModels: [],
  allowProviders: [],
  denyProviders: [],
  allowAddresses: [],
  denyAddresses: [],
});

/** The rules as they are kept, each once: null for none, so that a key without rules always looks the same. */
export function keptRules(given: KeyRules | null | undefined): KeyRules | null {
  if (!given) return null;
  const once = <T>(list: readonly T[]): T[] => [...new Set(list)];
  const rules = {
    allowModels: once(given.allowModels),
    denyModels: once(given.denyModels),
    allowProviders: once(given.allowProviders),
    denyProviders: once(given.denyProviders),
    allowAddresses: once(given.allowAddresses),
    denyAddresses: once(given.denyAddresses),
  };
  return Object.values(rules).some((list) => list.length > 0) ? rules : null;
}
