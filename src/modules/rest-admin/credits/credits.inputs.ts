import { wholeOrNone } from '../fields/amounts.js';
import type { MicroCredits, NanoUsd } from '../../../core/money.js';
import { LedgerTxKind } from '../../ledger/index.js';
import { BudgetMode, type UpdateTeamInput } from '../../teams/index.js';
import { CreditsField, EnumField, NumberField, TextField, UsdField } from '../fields/fields.js';
import { SearchQuery } from '../fields/paging.js';
import { MOST_TOKENS } from '../teams/teams.inputs.js';

export class MoveCreditsBody {
  @CreditsField({ example: 500 })
  credits: MicroCredits;

  @TextField({ optional: true, max: 500, about: 'Stands on the transaction.' })
  reason?: string | null;
}

const PAYMENTS = {
  subscription: LedgerTxKind.SUBSCRIPTION_PAYMENT,
  one_time: LedgerTxKind.ONE_TIME_PAYMENT,
} as const;

export class ReplenishBody extends MoveCreditsBody {
  @EnumField(Object.keys(PAYMENTS))
  payment_type: keyof typeof PAYMENTS;

  @UsdField({ optional: true })
  payment_amount_usd?: NanoUsd | null;

  kind(): LedgerTxKind.SUBSCRIPTION_PAYMENT | LedgerTxKind.ONE_TIME_PAYMENT {
    return PAYMENTS[this.payment_type];
  }
}

export class CheckQuery {
  @CreditsField({ optional: true, isZeroFine: true, about: '1 when left out.' })
  credits_needed?: MicroCredits | null;
}

export class ConversionRatesBody {
  @NumberField(1, MOST_TOKENS, { optional: true })
  tokens_per_credit?: number | null;

  @CreditsField({ optional: true })
  credits_per_dollar?: MicroCredits | null;

  input(): UpdateTeamInput {
    return { tokensPerCredit: wholeOrNone(this.tokens_per_credit), creditsPerDollar: this.credits_per_dollar };
  }
}

export class BudgetModeBody extends ConversionRatesBody {
  @EnumField(Object.values(BudgetMode))
  budget_mode: BudgetMode;

  override input(): UpdateTeamInput {
    return { ...super.input(), budgetMode: this.budget_mode };
  }
}

export class UtilizationQuery extends SearchQuery {
  @TextField({ optional: true })
  organization_id?: string | null;
}
