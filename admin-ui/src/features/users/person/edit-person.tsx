import { useMutation } from '@apollo/client/react';
import { Stack, TextInput } from '@mantine/core';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { UpdateUserDocument, UserDocument, type UserQuery } from '../../../gql/user.js';
import { RoleRadios } from '../role-grant.js';
import { PLATFORM_ROLES, type PlatformRole } from '../roles.js';
import { text } from '../text.js';

interface Values {
  readonly name: string;
  readonly platformRole: PlatformRole | 'NONE';
}

interface EditPersonProps {
  readonly person: Pick<UserQuery['user'], 'id' | 'name' | 'manualRole'>;
  readonly onClose: () => void;
}

const ROLES = [...PLATFORM_ROLES, { value: 'NONE' as const, label: text.noRole, description: text.noRoleHelp }];

const validate = ({ name }: Values) => ({ name: name.trim() === '' ? text.nameNeeded : null });

/** Changes the name, and the platform role that is given here. */
export function EditPerson({ person: { id, name, manualRole }, onClose }: EditPersonProps) {
  const [update] = useMutation(UpdateUserDocument, { refetchQueries: [UserDocument] });
  const submit = async (values: Values): Promise<void> => {
    const platformRole = values.platformRole === 'NONE' ? null : values.platformRole;
    await update({ variables: { id, input: { name: values.name.trim(), platformRole } } });
    notifyDone(text.edited(values.name.trim()));
  };
  return (
    <FormDialog<Values>
      title={text.editTitle}
      initial={{ name, platformRole: manualRole ?? 'NONE' }}
      validate={validate}
      submitLabel={text.editSubmit}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack gap="md">
          <TextInput
            data-autofocus
            required
            label={text.name}
            maxLength={200}
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          <RoleRadios
            label={text.roleGivenHere}
            roles={ROLES}
            value={form.values.platformRole}
            onChange={(role) => form.setFieldValue('platformRole', role)}
            error={form.errors.platformRole}
          />
        </Stack>
      )}
    </FormDialog>
  );
}
