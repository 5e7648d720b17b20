import { useMutation } from '@apollo/client/react';
import { SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useNavigate } from 'react-router';
import { KINDS } from '../../components/catalog/provider-marks.js';
import { EntitySelect } from '../../components/entity-select.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { CreateModelDocument, ModelsDocument } from '../../gql/models.js';
import { type ModelSettings, SettingsFields, settingsOf } from './model-settings.js';
import { text } from './text.js';

interface Values extends ModelSettings {
  readonly name: string;
  readonly servedBy: 'kind' | 'provider';
  readonly providerKind: string;
  readonly providerId: string | null;
}

const INITIAL: Values = {
  name: '',
  servedBy: 'kind',
  providerKind: 'openai',
  providerId: null,
  contextWindow: '',
  maxOutputTokens: '',
  capabilities: ['text', 'stream'],
  plans: [],
};
const SERVERS = [
  { value: 'kind', label: text.servedByKind },
  { value: 'provider', label: text.servedByOne },
];

const inputOf = (values: Values) => ({
  name: values.name.trim(),
  ...(values.servedBy === 'kind' ? { providerKind: values.providerKind } : { providerId: values.providerId }),
  ...settingsOf(values),
});

const ServedBy = ({ form }: { form: UseFormReturnType<Values> }) => (
  <>
    <Stack gap={6}>
      <Text size="sm" fw={500} id="model-served-by">
        {text.servedBy}
      </Text>
      <SegmentedControl aria-labelledby="model-served-by" data={SERVERS} {...form.getInputProps('servedBy')} />
      <Text size="xs" c="dimmed">
        {text.servedByHelp}
      </Text>
    </Stack>
    {form.values.servedBy === 'kind' ? (
      <Select label={text.kind} allowDeselect={false} data={KINDS} {...form.getInputProps('providerKind')} />
    ) : (
      <EntitySelect
        kind="provider"
        label={text.provider}
        withAsterisk
        {...form.getInputProps('providerId')}
        value={form.values.providerId}
        onChange={(id) => form.setFieldValue('providerId', id)}
      />
    )}
  </>
);

/** Asks for a model that a provider serves. */
export function CreateModel({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [create] = useMutation(CreateModelDocument, { refetchQueries: [ModelsDocument] });
  const submit = async (values: Values): Promise<void> => {
    const { data } = await create({ variables: { input: inputOf(values) } });
    notifyDone(text.created(values.name.trim()));
    if (data) void navigate(`/models/${data.createModel.id}`);
  };
  return (
    <FormDialog<Values>
      title={text.createTitle}
      submitLabel={text.createSubmit}
      size="lg"
      initial={INITIAL}
      validate={({ name, servedBy, providerId }) => ({
        name: name.trim() === '' ? text.nameMissing : null,
        providerId: servedBy === 'provider' && !providerId ? text.providerMissing : null,
      })}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput
            data-autofocus
            withAsterisk
            label={text.name}
            description={text.nameHelp}
            maxLength={200}
            {...form.getInputProps('name')}
          />
          <ServedBy form={form} />
          <SettingsFields field={form.getInputProps} />
        </>
      )}
    </FormDialog>
  );
}
