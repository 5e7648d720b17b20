import { Button, Collapse, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { useDisclosure, useId } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { showDecimal } from '../../lib/decimal.js';
import { type ClassPrices, fallbackName, PRICE_CLASSES, type PriceClass } from './prices.js';
import { text } from './text.js';

/** The classes that nearly every model has. */
const USUAL = 4;
const FIGURES = { input: { fontVariantNumeric: 'tabular-nums', textAlign: 'right' } } as const;

interface ClassInputsProps {
  /** Of the form that holds the prices: `form.getInputProps`. */
  readonly field: (each: PriceClass) => GetInputPropsReturnType;
  /** Prices that hold where nothing is typed. */
  readonly otherwise?: Partial<ClassPrices> | null;
}

const Inputs = ({ classes, field, otherwise }: ClassInputsProps & { classes: readonly PriceClass[] }) => (
  <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="xs">
    {classes.map((each) => (
      <TextInput
        key={each}
        label={text.classes[each]}
        leftSection={text.dollar}
        inputMode="decimal"
        autoComplete="off"
        maxLength={20}
        styles={FIGURES}
        placeholder={otherwise?.[each] ? showDecimal(otherwise[each], { least: 2, most: 9 }) : fallbackName(each)}
        {...field(each)}
      />
    ))}
  </SimpleGrid>
);

/** Fields for a price per million of each class; the rarer ones unfold. */
export function ClassInputs({ field, otherwise }: ClassInputsProps) {
  const rare = PRICE_CLASSES.slice(USUAL);
  const isUsed = rare.some((each) => field(each).value !== '' || field(each).error);
  const [isAsked, { toggle }] = useDisclosure(isUsed);
  const isOpen = isAsked || isUsed;
  const id = useId();
  return (
    <Stack gap="xs">
      <Inputs classes={PRICE_CLASSES.slice(0, USUAL)} field={field} otherwise={otherwise} />
      <Collapse expanded={isOpen} id={id}>
        <Inputs classes={rare} field={field} otherwise={otherwise} />
      </Collapse>
      {!isUsed && (
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          aria-expanded={isOpen}
          aria-controls={id}
          leftSection={isOpen ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
          onClick={toggle}
        >
          {isOpen ? text.fewerClasses : text.moreClasses}
        </Button>
      )}
    </Stack>
  );
}
