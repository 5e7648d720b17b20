import { useMutation } from '@apollo/client/react';
import { SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useNavigate } from 'react-router';
import { isSimulator, KINDS } from '../../components/catalog/provider-marks.js';
import { text as shared } from '../../components/catalog/text.js';
import { EntitySelect } from '../../components/entity-select.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { CreateProviderDocument, ProvidersDocument } from '../../gql/providers.js';
import { CredentialInput } from './credential-input.js';
import { text } from './text.js';

interface Values {
  readonly name: string;
  readonly kind: string;
  readonly scope: 'platform' | 'organization';
  readonly organizationId: string | null;
  readonly baseUrl: string;
  readonly credential: string;
}

const INITIAL: Values = {
  name: '',
  kind: 'openai',
  scope: 'platform',
  organizationId: null,
  baseUrl: '',
  credential: '',
};
const SCOPES = [
  { value: 'platform', label: text.scopeAll },
  { value: 'organization', label: text.scopeOne },
];

/** The simulator serves the platform, and has neither address nor credential. */
const isForVendor = ({ kind }: Values): boolean => !isSimulator(kind);

const needsAddress = ({ kind }: Values): boolean => text.ownAddresses[kind] !== undefined;

const inputOf = (values: Values) => ({
  name: values.name.trim(),
  kind: values.kind,
  ...(isForVendor(values) && {
    organizationId: values.scope === 'organization' ? values.organizationId : null,
    baseUrl: values.baseUrl.trim() || null,
    credential: values.credential || null,
  }),
});

const Connection = ({ form }: { form: UseFormReturnType<Values> }) => (
  <>
    <Stack gap={6}>
      <Text size="sm" fw={500} id="provider-scope">
        {text.scope}
      </Text>
      <SegmentedControl aria-labelledby="provider-scope" data={SCOPES} {...form.getInputProps('scope')} />
      <Text size="xs" c="dimmed">
        {text.scopeHelp}
      </Text>
    </Stack>
    {form.values.scope === 'organization' && (
      <EntitySelect
        kind="organization"
        label={text.organization}
        withAsterisk
        {...form.getInputProps('organizationId')}
        value={form.values.organizationId}
        onChange={(id) => form.setFieldValue('organizationId', id)}
      />
    )}
    <TextInput
      type="url"
      label={text.baseUrl}
      withAsterisk={needsAddress(form.values)}
      description={needsAddress(form.values) ? text.baseUrlOwnHelp : text.baseUrlHelp}
      placeholder={text.ownAddresses[form.values.kind] ?? text.baseUrlExample}
      {...form.getInputProps('baseUrl')}
    />
    <CredentialInput
      description={text.credentialKinds[form.values.kind] ?? text.credentialHelp}
      {...form.getInputProps('credential')}
    />
  </>
);

/** Asks for a new connection to a vendor. */
export function CreateProvider({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [create] = useMutation(CreateProviderDocument, {
    refetchQueries: [ProvidersDocument],
    fetchPolicy: 'no-cache',
  });
  const submit = async (values: Values): Promise<void> => {
    const { data } = await create({ variables: { input: inputOf(values) } });
    notifyDone(text.created(values.name.trim()));
    if (data) void navigate(`/providers/${data.createProvider.id}`);
  };
  return (
    <FormDialog<Values>
      title={text.createTitle}
      submitLabel={text.createSubmit}
      initial={INITIAL}
      validate={(values) => ({
        name: values.name.trim() === '' ? text.nameMissing : null,
        baseUrl: needsAddress(values) && values.baseUrl.trim() === '' ? text.baseUrlMissing : null,
        organizationId:
          isForVendor(values) && values.scope === 'organization' && !values.organizationId
            ? text.organizationMissing
            : null,
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
          <Select
            label={text.kind}
            description={text.kindHelp}
            allowDeselect={false}
            searchable
            maxDropdownHeight={300}
            data={KINDS}
            {...form.getInputProps('kind')}
          />
          {isForVendor(form.values) ? (
            <Connection form={form} />
          ) : (
            <Text size="sm" c="dimmed">
              {shared.simulatedAbout}
            </Text>
          )}
        </>
      )}
    </FormDialog>
  );
}
