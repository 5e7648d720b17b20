import { Radio, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { BudgetMode } from '../../../gql/team.js';
import { amountProblem } from '../../../lib/decimal.js';
import { text } from '../text.js';

/** The fields of a form that say what a job draws. */
export interface BudgetValues {
  readonly budgetMode: BudgetMode;
  readonly creditsPerDollar: string;
  readonly tokensPerCredit: string;
}

const MODES = Object.keys(text.modes) as BudgetMode[];
const CREDIT_DIGITS = 6;
const RATE_MAX = 20;
const WHOLE = /^[1-9]\d{0,17}$/;

/** Only the rate of the mode that is chosen is asked for; the other one stays as it is. */
export function budgetProblems({ budgetMode, creditsPerDollar, tokensPerCredit }: BudgetValues) {
  const isByCost = budgetMode === 'CONSUMPTION_USD';
  const isByTokens = budgetMode === 'CONSUMPTION_TOKENS';
  return {
    creditsPerDollar: isByCost ? amountProblem(creditsPerDollar, CREDIT_DIGITS) : null,
    tokensPerCredit: isByTokens && !WHOLE.test(tokensPerCredit.trim()) ? text.tokensRule : null,
  };
}

/** The mode, and the rate that it uses, for the server. */
export function budgetInput({ budgetMode, creditsPerDollar, tokensPerCredit }: BudgetValues) {
  if (budgetMode === 'CONSUMPTION_USD') return { budgetMode, creditsPerDollar: creditsPerDollar.trim() };
  return budgetMode === 'CONSUMPTION_TOKENS' ? { budgetMode, tokensPerCredit: tokensPerCredit.trim() } : { budgetMode };
}

/** The budget mode, each explained in words, and its rate. */
export function BudgetFields<V extends BudgetValues>({ form }: { form: UseFormReturnType<V> }) {
  const { budgetMode } = form.values;
  const rate = { inputMode: 'decimal', autoComplete: 'off', maxLength: RATE_MAX, required: true, maw: 240 } as const;
  return (
    <Stack gap="sm">
      <Radio.Group label={text.budgetMode} {...form.getInputProps('budgetMode')}>
        <Stack gap="xs" mt={6}>
          {MODES.map((mode) => (
            <Radio key={mode} value={mode} label={text.modes[mode]} description={text.modeHelp[mode]} />
          ))}
        </Stack>
      </Radio.Group>
      {budgetMode === 'CONSUMPTION_USD' && (
        <TextInput {...rate} label={text.creditsPerDollar} {...form.getInputProps('creditsPerDollar')} />
      )}
      {budgetMode === 'CONSUMPTION_TOKENS' && (
        <TextInput {...rate} label={text.tokensPerCredit} {...form.getInputProps('tokensPerCredit')} />
      )}
    </Stack>
  );
}
