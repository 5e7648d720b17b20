import { useMutation } from '@apollo/client/react';
import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { RotateKeyDocument } from '../../gql/key-actions.js';
import { dateTime } from '../../lib/format.js';
import { FormDialog } from '../form-dialog.js';
import type { Issued } from './create-key.js';
import { text } from './text.js';

interface RotateKeyProps {
  readonly id: string;
  readonly name: string;
  readonly onIssued: (issued: Issued) => void;
  readonly onClose: () => void;
}

interface Values {
  /** A text while somebody is typing. */
  readonly overlapMinutes: number | string;
}

const MINUTE_MS = 60_000;
const MOST = 10_080;
const FIRST = 60;

const isMinutes = (typed: number | string): typed is number =>
  typeof typed === 'number' && Number.isInteger(typed) && typed >= 0 && typed <= MOST;

function endOf(overlapMinutes: number | string): string {
  if (!isMinutes(overlapMinutes)) return text.overlapRule;
  if (overlapMinutes === 0) return text.stopsNow;
  return text.stopsAt(dateTime(new Date(Date.now() + overlapMinutes * MINUTE_MS).toISOString()));
}

/** Replaces a key by a new one, with a time in which both work. */
export function RotateKey({ id, name, onIssued, onClose }: RotateKeyProps) {
  const [rotate] = useMutation(RotateKeyDocument, { fetchPolicy: 'no-cache', refetchQueries: 'active' });
  const submit = async ({ overlapMinutes }: Values): Promise<void> => {
    const { data } = await rotate({ variables: { id, input: { overlapMinutes: Number(overlapMinutes) } } });
    onIssued(data!.rotateKey);
  };
  return (
    <FormDialog<Values>
      title={text.rotateTitle(name)}
      initial={{ overlapMinutes: FIRST }}
      validate={({ overlapMinutes }) => ({ overlapMinutes: isMinutes(overlapMinutes) ? null : text.overlapRule })}
      submitLabel={text.rotateSubmit}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack gap="sm">
          <Text size="sm">{text.rotateAbout}</Text>
          <NumberInput
            data-autofocus
            label={text.overlap}
            description={endOf(form.values.overlapMinutes)}
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator=","
            step={15}
            {...form.getInputProps('overlapMinutes')}
          />
          <Group gap="xs">
            {text.overlaps.map(({ minutes, label }) => (
              <Button
                key={minutes}
                size="compact-sm"
                variant={form.values.overlapMinutes === minutes ? 'light' : 'default'}
                aria-pressed={form.values.overlapMinutes === minutes}
                onClick={() => form.setFieldValue('overlapMinutes', minutes)}
              >
                {label}
              </Button>
            ))}
          </Group>
        </Stack>
      )}
    </FormDialog>
  );
}
