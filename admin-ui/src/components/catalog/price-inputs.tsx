import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { count } from '../../lib/format.js';
import { ClassInputs } from './class-inputs.js';
import {
  type ClassPrices,
  emptyTier,
  MOST_TIERS,
  type PriceForm,
  type Prices,
  pricesAbove,
  type TierForm,
} from './prices.js';
import { text } from './text.js';

const ICON = 16;
const WHOLE = /^\d+$/;
const FIGURES = { input: { fontVariantNumeric: 'tabular-nums', textAlign: 'right' } } as const;

/** What is needed of a form that holds prices. */
interface PriceFormControl {
  readonly values: PriceForm;
  getInputProps(path: string): GetInputPropsReturnType;
  insertListItem(path: 'tiers', tier: TierForm): void;
  removeListItem(path: 'tiers', at: number): void;
}

interface PriceInputsProps {
  readonly form: PriceFormControl;
  /** Prices that hold where nothing is typed. */
  readonly otherwise?: Prices | null;
}

/** What a class costs above a length when its tier says nothing of it: what was typed without a tier comes first. */
function withoutTier(form: PriceForm, otherwise: Prices | null | undefined, threshold: string): Partial<ClassPrices> {
  const below = pricesAbove(otherwise, WHOLE.test(threshold) ? Number(threshold) : 0) ?? {};
  const typed = Object.entries(form).filter(([, price]) => typeof price === 'string' && price.trim() !== '');
  return { ...below, ...Object.fromEntries(typed) };
}

interface TierProps extends PriceInputsProps {
  readonly at: number;
  /** It was just added, so what is typed goes into it. */
  readonly isNew: boolean;
  readonly onRemove: () => void;
}

function Tier({ form, otherwise, at, isNew, onRemove }: TierProps) {
  const threshold = form.values.tiers[at]!.abovePromptTokens.trim();
  const name = WHOLE.test(threshold) ? text.tierAbove(count(threshold)) : text.tierNew;
  return (
    <Fieldset legend={name} p="sm">
      <Stack gap="sm">
        <Group align="flex-start" gap="xs" wrap="nowrap">
          <TextInput
            label={text.tierThreshold}
            description={text.tierThresholdHelp}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            inputMode="numeric"
            autoComplete="off"
            maxLength={10}
            autoFocus={isNew}
            style={{ flexGrow: 1 }}
            styles={FIGURES}
            {...form.getInputProps(`tiers.${at}.abovePromptTokens`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="input-sm"
            mt={24}
            aria-label={text.tierRemove(at + 1)}
            onClick={onRemove}
          >
            <IconTrash size={ICON} />
          </ActionIcon>
        </Group>
        <ClassInputs
          field={(each) => form.getInputProps(`tiers.${at}.prices.${each}`)}
          otherwise={withoutTier(form.values, otherwise, threshold)}
        />
      </Stack>
    </Fieldset>
  );
}

/** Fields for a price per million of each class, and for other prices of calls with long prompts. */
export function PriceInputs({ form, otherwise }: PriceInputsProps) {
  const [added, setAdded] = useState<number | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { tiers } = form.values;
  const add = (): void => {
    setAdded(tiers.length);
    form.insertListItem('tiers', emptyTier());
  };
  const remove = (at: number): void => {
    setAdded(null);
    form.removeListItem('tiers', at);
    // It may be disabled until the tier is gone.
    requestAnimationFrame(() => button.current?.focus());
  };
  const error: unknown = form.getInputProps('tiers').error;
  return (
    <Stack gap="md">
      <ClassInputs field={(each) => form.getInputProps(each)} otherwise={otherwise} />
      {tiers.map((_, at) => (
        // Tiers have no name of their own, and keep their places while they are typed.
        <Tier key={at} {...{ form, otherwise, at }} isNew={at === added} onRemove={() => remove(at)} />
      ))}
      {typeof error === 'string' && (
        <Text size="sm" c="var(--tk-bad)">
          {error}
        </Text>
      )}
      <Button
        ref={button}
        variant="default"
        size="compact-sm"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconPlus size={ICON} />}
        disabled={tiers.length >= MOST_TIERS}
        onClick={add}
      >
        {text.tierAdd}
      </Button>
    </Stack>
  );
}
