import {
  ActionIcon,
  Button,
  Card,
  Group,
  JsonInput,
  Select,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { FormDialog } from './form-dialog.js';
import {
  entriesOf,
  type Metadata,
  metadataOf,
  type MetadataRow,
  parseObject,
  rowsOf,
  rowsProblem,
  shownValue,
} from './metadata-rows.js';
import { text } from './text.js';

interface MetadataCardProps {
  readonly metadata: Metadata;
  /** Left out where it may not be changed. Replaces the metadata as a whole. */
  readonly onSave?: ((metadata: Metadata) => Promise<unknown>) | undefined;
}

interface Values {
  readonly rows: readonly MetadataRow[];
  readonly json: string;
  readonly isJson: boolean;
}
type Form = UseFormReturnType<Values>;

const EMPTY_ROW: MetadataRow = { key: '', value: '', isJson: false };
const KINDS = [
  { value: 'text', label: text.valueText },
  { value: 'json', label: text.valueJson },
];

const indented = (metadata: Metadata): string => JSON.stringify(metadata, null, 2);

function Row({ form, at }: { form: Form; at: number }) {
  const { rows } = form.values;
  const row = rows[at]!;
  const set = (change: Partial<MetadataRow>): void => form.setFieldValue('rows', rows.with(at, { ...row, ...change }));
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <TextInput
        aria-label={text.metadataKey(at + 1)}
        placeholder={text.key}
        maxLength={200}
        flex={2}
        data-autofocus={row.key === '' || undefined}
        value={row.key}
        onChange={(event) => set({ key: event.currentTarget.value })}
      />
      <TextInput
        aria-label={text.metadataValue(at + 1)}
        placeholder={text.value}
        flex={3}
        ff={row.isJson ? 'monospace' : undefined}
        value={row.value}
        onChange={(event) => set({ value: event.currentTarget.value })}
      />
      <Select
        aria-label={text.metadataKind(at + 1)}
        w={86}
        allowDeselect={false}
        data={KINDS}
        value={row.isJson ? 'json' : 'text'}
        onChange={(kind) => set({ isJson: kind === 'json' })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={text.removeRow(at + 1)}
        onClick={() => form.setFieldValue('rows', rows.toSpliced(at, 1))}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}

function Rows({ form }: { form: Form }) {
  const { rows } = form.values;
  return (
    <Stack gap="xs" align="stretch">
      {rows.map((_, at) => (
        <Row key={at} form={form} at={at} />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => form.setFieldValue('rows', [...rows, EMPTY_ROW])}
      >
        {text.addRow}
      </Button>
      {form.errors.rows && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {form.errors.rows}
        </Text>
      )}
    </Stack>
  );
}

/** Takes over what was typed in the other way of editing, as far as it makes sense; otherwise nothing changes. */
function changeMode(form: Form, isJson: boolean): void {
  const { rows, json } = form.values;
  form.clearErrors();
  if (isJson) {
    const problem = rowsProblem(rows);
    if (problem) return form.setFieldError('rows', problem);
    return form.setValues({ isJson, json: indented(metadataOf(rows)) });
  }
  const object = parseObject(json);
  if (!object) return form.setFieldError('json', text.notAnObject);
  return form.setValues({ isJson, rows: rowsOf(object) });
}

const validate = ({ rows, json, isJson }: Values) =>
  isJson ? { json: parseObject(json) ? null : text.notAnObject } : { rows: rowsProblem(rows) };

interface MetadataDialogProps {
  readonly metadata: Metadata;
  readonly onSave: (metadata: Metadata) => Promise<unknown>;
  readonly onClose: () => void;
}

function MetadataDialog({ metadata, onSave, onClose }: MetadataDialogProps) {
  const rows = rowsOf(metadata);
  const initial: Values = { rows: rows.length > 0 ? rows : [EMPTY_ROW], json: indented(metadata), isJson: false };
  const submit = ({ rows: edited, json, isJson }: Values): Promise<unknown> =>
    onSave(isJson ? parseObject(json)! : metadataOf(edited));
  return (
    <FormDialog<Values>
      title={text.editMetadata}
      size="lg"
      initial={initial}
      validate={validate}
      submitLabel={text.save}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack>
          <Switch
            label={text.editAsJson}
            checked={form.values.isJson}
            onChange={(event) => changeMode(form, event.currentTarget.checked)}
          />
          {form.values.isJson ? (
            <JsonInput label={text.metadata} autosize minRows={8} maxRows={20} {...form.getInputProps('json')} />
          ) : (
            <Rows form={form} />
          )}
        </Stack>
      )}
    </FormDialog>
  );
}

const Facts = ({ metadata }: { metadata: Metadata }) => (
  <Table verticalSpacing={6} layout="fixed">
    <Table.Tbody>
      {entriesOf(metadata).map(([key, value]) => (
        <Table.Tr key={key}>
          <Table.Th scope="row" fw={500} w="40%" style={{ overflowWrap: 'anywhere' }}>
            {key}
          </Table.Th>
          <Table.Td ff={typeof value === 'string' ? undefined : 'monospace'} style={{ overflowWrap: 'anywhere' }}>
            {shownValue(value)}
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);

/** What people have noted about a thing, as rows of key and value, with an editor for those who may change it. */
export function MetadataCard({ metadata, onSave }: MetadataCardProps) {
  const [isOpen, setOpen] = useState(false);
  const isEmpty = Object.keys(metadata).length === 0;
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" mb={isEmpty ? 4 : 'xs'}>
        <Title order={2} size="h5">
          {text.metadata}
        </Title>
        {onSave && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPencil size={14} />}
            onClick={() => setOpen(true)}
          >
            {text.edit}
          </Button>
        )}
      </Group>
      {isEmpty ? (
        <Text size="sm" c="dimmed">
          {text.noMetadata}
        </Text>
      ) : (
        <Facts metadata={metadata} />
      )}
      {isOpen && onSave && <MetadataDialog metadata={metadata} onSave={onSave} onClose={() => setOpen(false)} />}
    </Card>
  );
}
