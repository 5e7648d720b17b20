import { useMutation } from '@apollo/client/react';
import { Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from '../../../components/form-dialog.js';
import { SecretReveal } from '../../../components/secret-reveal.js';
import { InviteMemberDocument, OpenInvitationsDocument } from '../../../gql/members.js';
import { text } from '../text.js';
import { RoleField } from './role-field.js';
import type { Role } from './roles.js';

interface Values {
  readonly name: string;
  readonly email: string;
  readonly organizationRole: Role;
}

interface Issued {
  readonly name: string;
  readonly email: string;
  readonly link: string;
}

interface InviteMemberProps {
  readonly organizationId: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const INITIAL: Values = { name: '', email: '', organizationRole: 'MEMBER' };
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const validate = ({ name, email }: Values) => ({
  name: name.trim() === '' ? text.nameNeeded : null,
  email: EMAIL.test(email.trim()) ? null : text.emailProblem,
});

/** The token stands behind `#`, which browsers send to no server. */
const linkOf = (token: string): string => `${location.origin}/invitation#token=${encodeURIComponent(token)}`;

/** Invites somebody who has no account here; the link is shown once. */
export function InviteMember({ organizationId, isOpen, onClose }: InviteMemberProps) {
  const [issued, setIssued] = useState<Issued | null>(null);
  const [invite] = useMutation(InviteMemberDocument, {
    fetchPolicy: 'no-cache',
    refetchQueries: [OpenInvitationsDocument],
  });
  const submit = async (values: Values): Promise<void> => {
    const [name, email] = [values.name.trim(), values.email.trim()];
    const input = { organizationId, organizationRole: values.organizationRole, name, email };
    const { data } = await invite({ variables: { input } });
    setIssued({ name, email, link: linkOf(data!.createInvitation.token) });
  };
  return (
    <>
      {isOpen && (
        <FormDialog<Values>
          title={text.inviteTitle}
          initial={INITIAL}
          validate={validate}
          submitLabel={text.inviteSubmit}
          onSubmit={submit}
          onClose={onClose}
        >
          {(form) => (
            <Stack gap="md">
              <Text size="sm" c="dimmed">
                {text.inviteAbout}
              </Text>
              <TextInput
                data-autofocus
                required
                label={text.name}
                maxLength={200}
                autoComplete="off"
                {...form.getInputProps('name')}
              />
              <TextInput
                required
                type="email"
                label={text.email}
                maxLength={254}
                autoComplete="off"
                {...form.getInputProps('email')}
              />
              <RoleField
                value={form.values.organizationRole}
                onChange={(role) => form.setFieldValue('organizationRole', role)}
              />
            </Stack>
          )}
        </FormDialog>
      )}
      {issued && (
        <SecretReveal title={text.inviteLinkTitle(issued.name)} secret={issued.link} onDone={() => setIssued(null)}>
          <Text size="sm">{text.inviteLinkHelp(issued.email)}</Text>
        </SecretReveal>
      )}
    </>
  );
}
