import type { MicroCredits } from '../../../core/money.js';
import { type Refill, RefillPeriod, RefillStatus } from '../../ledger/index.js';
import { credits } from '../fields/amounts.js';
import { Amount, Flag, Instant, Text } from '../fields/answers.js';
import { CreditsField, EnumField, FlagField } from '../fields/fields.js';

/** The original's words for periods. */
const PERIODS = {
  daily: RefillPeriod.DAY,
  weekly: RefillPeriod.WEEK,
  monthly: RefillPeriod.MONTH,
} as const;
type PeriodWord = keyof typeof PERIODS;

const wordOf = (period: RefillPeriod): PeriodWord =>
  (Object.keys(PERIODS) as PeriodWord[]).find((word) => PERIODS[word] === period)!;

export class AutoRefillBody {
  @FlagField()
  enabled: boolean;

  @CreditsField({ optional: true, about: 'Needed to enable the first time; as it was when left out.' })
  refill_amount?: MicroCredits | null;

  @EnumField(Object.keys(PERIODS), {
    optional: true,
    about: 'Needed to enable the first time; as it was when left out.',
  })
  refill_period?: PeriodWord | null;

  period(): RefillPeriod | null {
    return this.refill_period ? PERIODS[this.refill_period] : null;
  }
}

export class AutoRefillView {
  @Text()
  team_id: string;

  @Flag()
  auto_refill_enabled: boolean;

  @Amount({ nullable: true })
  refill_amount: number | null;

  @Text({ nullable: true })
  refill_period: string | null;

  @Instant({ nullable: true })
  last_refill_at: Date | null;

  @Text()
  message: string;
}

export const autoRefillView = (teamId: string, refill: Refill | null): AutoRefillView => {
  const isEnabled = refill?.status === RefillStatus.ACTIVE;
  return {
    team_id: teamId,
    auto_refill_enabled: isEnabled,
    refill_amount: refill && credits(refill.credits),
    refill_period: refill && wordOf(refill.period),
    last_refill_at: refill?.lastAt ?? null,
    message: `Auto-refill ${isEnabled ? 'enabled' : 'disabled'} successfully`,
  };
};
