import { registerEnumType } from '@nestjs/graphql';
import { formatCredits, formatUsd, microCredits, nanoUsd } from '../../../core/money.js';

/** What an account counts, named by the smallest amount of it. */
export enum LedgerUnit {
  CREDIT = 'micro_credit',
  USD = 'nano_usd',
}
registerEnumType(LedgerUnit, { name: 'LedgerUnit', description: 'What the amounts of an account are counted in.' });

/** How amounts are described whose unit stands beside them. */
export const PLAIN_AMOUNT = 'A decimal string of credits or US dollars, as the unit says';

export const plainAmount = (amount: bigint, unit: LedgerUnit): string =>
  unit === LedgerUnit.USD ? formatUsd(nanoUsd(amount)) : formatCredits(microCredits(amount));
