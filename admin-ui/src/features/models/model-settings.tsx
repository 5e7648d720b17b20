import { Checkbox, Group, NumberInput, SimpleGrid } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { PLANS, type PlanTier } from '../../components/plans.js';
import { text } from './text.js';

/** What can be set at creation and later alike; an empty field is not stated. */
export interface ModelSettings {
  readonly contextWindow: number | '';
  readonly maxOutputTokens: number | '';
  readonly capabilities: string[];
  readonly plans: string[];
}

const CAPABILITIES = Object.entries(text.capabilityNames);
const MOST = 1_000_000_000;
const TOKENS = {
  min: 1,
  max: MOST,
  allowDecimal: false,
  allowNegative: false,
  thousandSeparator: ',',
  hideControls: true,
} as const;

export const settingsOf = ({ contextWindow, maxOutputTokens, capabilities, plans }: ModelSettings) => ({
  contextWindow: contextWindow === '' ? null : contextWindow,
  maxOutputTokens: maxOutputTokens === '' ? null : maxOutputTokens,
  capabilities,
  plans: plans as PlanTier[],
});

/** @param field of the form that holds the settings: `form.getInputProps` */
export const SettingsFields = ({ field }: { field: (name: keyof ModelSettings) => GetInputPropsReturnType }) => (
  <>
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <NumberInput
        label={text.contextWindow}
        description={text.contextWindowAbout}
        {...TOKENS}
        {...field('contextWindow')}
      />
      <NumberInput label={text.maxOutput} description={text.maxOutputAbout} {...TOKENS} {...field('maxOutputTokens')} />
    </SimpleGrid>
    <Checkbox.Group label={text.capabilities} {...field('capabilities')}>
      <Group gap="md" mt={6}>
        {CAPABILITIES.map(([value, label]) => (
          <Checkbox key={value} value={value} label={label} />
        ))}
      </Group>
    </Checkbox.Group>
    <Checkbox.Group label={text.plans} description={text.plansAbout} {...field('plans')}>
      <Group gap="md" mt={6}>
        {PLANS.map(({ value, label }) => (
          <Checkbox key={value} value={value} label={label} />
        ))}
      </Group>
    </Checkbox.Group>
  </>
);
