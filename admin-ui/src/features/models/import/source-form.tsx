import {
  Button,
  Card,
  FileInput,
  Group,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { IconFileUpload } from '@tabler/icons-react';
import type { PriceImportPreviewQueryVariables } from '../../../gql/price-import.js';
import { readList } from './read-list.js';
import { text } from './text.js';

export type Asked = PriceImportPreviewQueryVariables['input'];

interface Values {
  from: 'built-in' | 'own';
  typed: string;
  when: 'now' | 'later';
  /** As the browser gives it: without a zone, which is the viewer's. */
  validFrom: string;
}

const SOURCES = [
  { value: 'built-in', label: text.builtIn },
  { value: 'own', label: text.own },
];
const TIMES = [
  { value: 'now', label: text.whenNow },
  { value: 'later', label: text.whenLater },
];
const ROWS = { minRows: 5, maxRows: 14 } as const;

const problemOf = (values: Values): string | null => {
  if (values.from === 'built-in') return null;
  const read = readList(values.typed);
  return 'problem' in read ? read.problem : null;
};

const dateProblem = ({ when, validFrom }: Values): string | null =>
  when === 'later' && !(Date.parse(validFrom) > Date.now()) ? text.dateMissing : null;

function askedBy({ from, typed, when, validFrom }: Values): Asked {
  const read = from === 'own' ? readList(typed) : null;
  return {
    list: read && 'list' in read ? read.list : null,
    validFrom: when === 'later' ? new Date(validFrom).toISOString() : null,
  };
}

function OwnList({ form }: { form: UseFormReturnType<Values> }) {
  const read = async (file: File | null): Promise<void> => form.setFieldValue('typed', file ? await file.text() : '');
  return (
    <Stack gap="sm">
      <FileInput
        label={text.file}
        placeholder={text.filePlaceholder}
        accept="application/json,.json"
        clearable
        leftSection={<IconFileUpload size={16} />}
        onChange={(file) => void read(file)}
        maw={420}
      />
      <Textarea
        label={text.pasted}
        description={text.pastedHelp}
        autosize
        {...ROWS}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        {...form.getInputProps('typed')}
      />
    </Stack>
  );
}

/** Which list is compared, and from when on its prices shall hold. */
export function SourceForm({ onAsk, isBusy }: { onAsk: (asked: Asked) => void; isBusy: boolean }) {
  const form = useForm<Values>({
    initialValues: { from: 'built-in', typed: '', when: 'now', validFrom: '' },
    validate: (values) => ({ typed: problemOf(values), validFrom: dateProblem(values) }),
  });
  const { from, when } = form.values;
  return (
    <Card withBorder padding="md">
      <form onSubmit={form.onSubmit((values) => onAsk(askedBy(values)))} noValidate>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <Stack gap={6}>
              <Text size="sm" fw={500} id="import-source">
                {text.source}
              </Text>
              <SegmentedControl aria-labelledby="import-source" data={SOURCES} {...form.getInputProps('from')} />
              {from === 'built-in' && (
                <Text size="xs" c="dimmed">
                  {text.builtInAbout}
                </Text>
              )}
            </Stack>
            <Stack gap={6}>
              <Text size="sm" fw={500} id="import-when">
                {text.when}
              </Text>
              <SegmentedControl aria-labelledby="import-when" data={TIMES} {...form.getInputProps('when')} />
              {when === 'later' && (
                <TextInput
                  type="datetime-local"
                  withAsterisk
                  label={text.date}
                  description={text.dateHelp}
                  {...form.getInputProps('validFrom')}
                />
              )}
            </Stack>
          </SimpleGrid>
          {from === 'own' && <OwnList form={form} />}
          <Group justify="flex-end">
            <Button type="submit" loading={isBusy}>
              {text.compare}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
