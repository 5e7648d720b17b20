import { Button, Checkbox, Popover, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { text } from './text.js';

interface Option {
  readonly value: string;
  readonly label: string;
}

interface AnyOfFilterProps {
  /** What is chosen here, such as "Actions". */
  readonly label: string;
  /** Shown while nothing is chosen, such as "Any action". */
  readonly anyLabel: string;
  readonly options: readonly Option[];
  readonly value: readonly string[];
  readonly onChange: (values: string[]) => void;
}

/** From so many options on, they can be searched. */
const MANY = 8;
const HEIGHT = 280;

function Choice({ label, options, value, onChange }: Omit<AnyOfFilterProps, 'anyLabel'>) {
  const [typed, setTyped] = useState('');
  // The address bar follows a moment later; what is ticked quickly one after the other must not be lost meanwhile.
  const [chosen, setChosen] = useState([...value]);
  const choose = (values: string[]): void => {
    setChosen(values);
    onChange(values);
  };
  const asked = typed.trim().toLowerCase();
  const shown = options.filter((option) => option.label.toLowerCase().includes(asked));
  return (
    <Stack gap="xs">
      {options.length > MANY && (
        <TextInput
          size="xs"
          type="search"
          data-autofocus
          aria-label={text.filterOptions(label)}
          placeholder={text.filterOptions(label)}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <ScrollArea.Autosize mah={HEIGHT} type="auto" offsetScrollbars="y">
        <Checkbox.Group value={chosen} onChange={choose} aria-label={label}>
          <Stack gap={8} p={4}>
            {shown.map((option) => (
              <Checkbox key={option.value} size="xs" value={option.value} label={option.label} />
            ))}
          </Stack>
        </Checkbox.Group>
      </ScrollArea.Autosize>
      {shown.length === 0 && (
        <Text size="xs" c="dimmed">
          {text.nothingToChoose}
        </Text>
      )}
    </Stack>
  );
}

/** A filter by any of several values, in little room: a button that says what is chosen, and the choice behind it. */
export function AnyOfFilter({ anyLabel, ...choice }: AnyOfFilterProps) {
  const { label, value } = choice;
  const known = new Set(choice.options.map((option) => option.value));
  // What came with a link and is not among the options can still be seen, and taken away.
  const missing = value.filter((each) => !known.has(each)).map((each) => ({ value: each, label: each }));
  const options = [...choice.options, ...missing];
  const first = options.find((option) => option.value === value[0]);
  const chosen = first ? text.chosen(first.label, value.length - 1) : anyLabel;
  return (
    <Popover position="bottom-start" trapFocus width={260}>
      <Popover.Target>
        <Button
          variant="default"
          fw={first ? 500 : 400}
          maw={240}
          aria-label={first ? `${label}: ${chosen}` : anyLabel}
          rightSection={<IconChevronDown size={14} />}
        >
          {chosen}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <Choice {...choice} options={options} />
      </Popover.Dropdown>
    </Popover>
  );
}
