import { isIP } from 'node:net';
import type { ProviderKind } from '../../../providers/index.js';
import { matches } from './glob.js';
import type { KeyRules } from './key-rules.js';
import { isWithin, networkOf, plainAddress } from './networks.js';

/** The rules of a key, ready to be asked on the way of a call. Deny wins; where nothing is allowed, everything is. */
export interface RuleBook {
  /** Whether a model alias may be called. */
  readonly allowsModel: (alias: string) => boolean;
  /** Whether a provider of the kind may serve. */
  readonly allowsProvider: (kind: ProviderKind) => boolean;
  /** Whether the key may be used from an address; where there are rules, not from one that cannot be read. */
  readonly allowsAddress: (address: string) => boolean;
}

const always = (): boolean => true;
/** Of a key without rules. */
const OPEN: RuleBook = Object.freeze({ allowsModel: always, allowsProvider: always, allowsAddress: always });

export function ruleBook(rules: KeyRules | null): RuleBook {
  if (!rules) return OPEN;
  const [allowed, denied] = [rules.allowAddresses.map(network), rules.denyAddresses.map(network)];
  return Object.freeze({
    allowsModel: (alias: string) => decided(rules.allowModels, rules.denyModels, (glob) => matches(glob, alias)),
    allowsProvider: (kind: ProviderKind) => decided(rules.allowProviders, rules.denyProviders, (each) => each === kind),
    allowsAddress: (address: string) => {
      const plain = plainAddress(address);
      if (isIP(plain) === 0) return allowed.length + denied.length === 0;
      return decided(allowed, denied, (each) => isWithin(each, plain));
    },
  });
}

function decided<T>(allow: readonly T[], deny: readonly T[], isIt: (rule: T) => boolean): boolean {
  return !deny.some(isIt) && (allow.length === 0 || allow.some(isIt));
}

/** Checked when it was set. One that cannot be read all the same must not open what it was to close. */
function network(text: string) {
  const found = networkOf(text);
  if (!found) throw new Error(`'${text}' is no range of addresses`);
  return found;
}
