import { useMutation } from '@apollo/client/react';
import { Stack } from '@mantine/core';
import { EntitySelect } from '../../../components/entity-select.js';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { GiveMembershipDocument, UserDocument, type UserQuery } from '../../../gql/user.js';
import { RoleRadios } from '../role-grant.js';
import { ORGANIZATION_ROLES, type OrganizationRole } from '../roles.js';
import { text } from '../text.js';

interface Values {
  readonly organizationId: string | null;
  readonly role: OrganizationRole;
}

interface AddMembershipProps {
  readonly person: Pick<UserQuery['user'], 'id' | 'name'>;
  readonly onClose: () => void;
}

const validate = ({ organizationId }: Values) => ({ organizationId: organizationId ? null : text.organizationNeeded });

/** Makes a person a member of one more organization. */
export function AddMembership({ person: { id, name }, onClose }: AddMembershipProps) {
  const [give] = useMutation(GiveMembershipDocument, { refetchQueries: [UserDocument] });
  const submit = async ({ organizationId, role }: Values): Promise<void> => {
    const { data } = await give({ variables: { input: { userId: id, organizationId: organizationId!, role } } });
    notifyDone(text.membershipAdded(name, data!.addMember.organization.name));
  };
  return (
    <FormDialog<Values>
      title={text.membershipAddTitle}
      initial={{ organizationId: null, role: 'MEMBER' }}
      validate={validate}
      submitLabel={text.membershipAdd}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack gap="md">
          <EntitySelect
            kind="organization"
            data-autofocus
            required
            label={text.organization}
            {...form.getInputProps('organizationId')}
            value={form.values.organizationId}
          />
          <RoleRadios
            label={text.organizationRole}
            roles={ORGANIZATION_ROLES}
            value={form.values.role}
            onChange={(role) => form.setFieldValue('role', role)}
            error={form.errors.role}
          />
        </Stack>
      )}
    </FormDialog>
  );
}
