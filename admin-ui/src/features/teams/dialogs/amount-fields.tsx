import { TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { amountProblem, compareDecimals } from '../../../lib/decimal.js';
import { text } from '../text.js';

/** The fields of a form that asks for an amount of credits. */
export interface AmountValues {
  readonly credits: string;
  readonly again: string;
}

const DIGITS = 6;
const MAX_LENGTH = 20;
/** Above this many credits the amount is typed twice. */
const LARGE = '10000';

const isLarge = (credits: string): boolean =>
  amountProblem(credits, DIGITS) === null && compareDecimals(credits.trim(), LARGE) > 0;

export function amountProblems({ credits, again }: AmountValues) {
  const differs = isLarge(credits) && again.trim() !== credits.trim();
  return { credits: amountProblem(credits, DIGITS), again: differs ? text.typeAgainProblem : null };
}

interface AmountFieldsProps<V extends AmountValues> {
  readonly form: UseFormReturnType<V>;
  readonly label: string;
  readonly description: string;
  readonly isOptional?: boolean;
  readonly hasFocus?: boolean;
}

/** An amount of credits; a large one has to be typed twice. */
export function AmountFields<V extends AmountValues>(props: AmountFieldsProps<V>) {
  const { form, label, description, isOptional = false, hasFocus = false } = props;
  const field = { inputMode: 'decimal', autoComplete: 'off', maxLength: MAX_LENGTH } as const;
  return (
    <>
      <TextInput
        {...field}
        required={!isOptional}
        data-autofocus={hasFocus || undefined}
        label={label}
        description={description}
        {...form.getInputProps('credits')}
      />
      {isLarge(form.values.credits) && (
        <TextInput
          {...field}
          required
          label={text.typeAgain}
          description={text.typeAgainHelp}
          {...form.getInputProps('again')}
        />
      )}
    </>
  );
}
