import { useMutation } from '@apollo/client/react';
import { Stack } from '@mantine/core';
import { EntitySelect } from '../../../components/entity-select.js';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { AddMemberDocument, MembersDocument } from '../../../gql/members.js';
import { text } from '../text.js';
import { RoleField } from './role-field.js';
import type { Role } from './roles.js';

interface Values {
  readonly userId: string | null;
  readonly role: Role;
}

const validate = ({ userId }: Values) => ({ userId: userId ? null : text.personNeeded });

/** Makes somebody a member who has an account here already. */
export function AddMember({ organizationId, onClose }: { organizationId: string; onClose: () => void }) {
  const [add] = useMutation(AddMemberDocument, { refetchQueries: [MembersDocument] });
  const submit = async ({ userId, role }: Values): Promise<void> => {
    const { data } = await add({ variables: { input: { organizationId, userId: userId!, role } } });
    notifyDone(text.memberAdded(data?.addMember.user.name ?? text.theMember));
  };
  return (
    <FormDialog<Values>
      title={text.addMember}
      initial={{ userId: null, role: 'MEMBER' }}
      validate={validate}
      submitLabel={text.addMember}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack gap="md">
          <EntitySelect
            kind="user"
            data-autofocus
            required
            label={text.person}
            description={text.personHelp}
            {...form.getInputProps('userId')}
            value={form.values.userId}
          />
          <RoleField value={form.values.role} onChange={(role) => form.setFieldValue('role', role)} />
        </Stack>
      )}
    </FormDialog>
  );
}
