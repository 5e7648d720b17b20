import { useMutation } from '@apollo/client/react';
import { Input, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { CreateRoleMappingDocument, RoleMappingsDocument } from '../../../gql/role-mappings.js';
import { grantInput, grantProblems, type GrantValues, INITIAL_GRANT, RoleGrant } from '../role-grant.js';
import { text } from '../text.js';

interface Values extends GrantValues {
  readonly source: 'GROUP' | 'APP_ROLE';
  readonly value: string;
  readonly displayName: string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function valueProblem({ source, value }: Values): string | null {
  const typed = value.trim();
  if (source === 'GROUP') return UUID.test(typed) ? null : text.groupNeeded;
  return typed === '' || /\s/.test(typed) ? text.appRoleNeeded : null;
}

const validate = (values: Values) => ({ ...grantProblems(values), value: valueProblem(values) });

/** Gives a role to everybody who has an app role, or is in a group, of the directory. */
export function CreateMapping({ onClose }: { onClose: () => void }) {
  const [create] = useMutation(CreateRoleMappingDocument, { refetchQueries: [RoleMappingsDocument] });
  const submit = async (values: Values): Promise<void> => {
    const { source, value, displayName } = values;
    const named = displayName.trim() === '' ? {} : { displayName: displayName.trim() };
    const input = { source, value: value.trim(), ...named, ...grantInput(values) };
    const { data } = await create({ variables: { input } });
    notifyDone(text.mappingCreated(data!.createRoleMapping.displayName));
  };
  return (
    <FormDialog<Values>
      title={text.mappingTitle}
      initial={{ source: 'GROUP', value: '', displayName: '', ...INITIAL_GRANT }}
      validate={validate}
      submitLabel={text.mappingSubmit}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack gap="md">
          <Input.Wrapper label={text.mappingSource} labelElement="div">
            <SegmentedControl
              fullWidth
              aria-label={text.mappingSource}
              value={form.values.source}
              onChange={(source) => form.setFieldValue('source', source)}
              data={[
                { value: 'GROUP', label: text.sources.GROUP },
                { value: 'APP_ROLE', label: text.sources.APP_ROLE },
              ]}
            />
          </Input.Wrapper>
          <TextInput
            data-autofocus
            required
            label={form.values.source === 'GROUP' ? text.groupLabel : text.appRoleLabel}
            description={form.values.source === 'GROUP' ? text.groupHelp : text.appRoleHelp}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('value')}
          />
          <TextInput
            label={text.displayName}
            description={text.displayNameHelp}
            maxLength={200}
            autoComplete="off"
            {...form.getInputProps('displayName')}
          />
          <RoleGrant form={form} />
        </Stack>
      )}
    </FormDialog>
  );
}
