import { useMutation } from '@apollo/client/react';
import { Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from '../../../components/form-dialog.js';
import { SecretReveal } from '../../../components/secret-reveal.js';
import { InvitationsDocument, InviteDocument, type InviteMutation } from '../../../gql/invitations.js';
import { grantInput, grantProblems, type GrantValues, INITIAL_GRANT, RoleGrant } from '../role-grant.js';
import { text } from '../text.js';

interface Values extends GrantValues {
  readonly name: string;
  readonly email: string;
}

type Issued = InviteMutation['createInvitation'];

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const validate = (values: Values) => ({
  ...grantProblems(values),
  name: values.name.trim() === '' ? text.nameNeeded : null,
  email: EMAIL.test(values.email.trim()) ? null : text.emailNeeded,
});

/** The token stands behind `#`, which browsers send to no server. */
const linkOf = (token: string): string => `${location.origin}/invitation#token=${encodeURIComponent(token)}`;

/** Invites somebody; the link is shown once. */
export function Invite({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [issued, setIssued] = useState<Issued | null>(null);
  const [invite] = useMutation(InviteDocument, { fetchPolicy: 'no-cache', refetchQueries: [InvitationsDocument] });
  const submit = async (values: Values): Promise<void> => {
    const input = { name: values.name.trim(), email: values.email.trim(), ...grantInput(values) };
    const { data } = await invite({ variables: { input } });
    setIssued(data!.createInvitation);
  };
  return (
    <>
      {isOpen && (
        <FormDialog<Values>
          title={text.inviteTitle}
          initial={{ name: '', email: '', ...INITIAL_GRANT }}
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
                description={text.emailHelp}
                maxLength={254}
                autoComplete="off"
                {...form.getInputProps('email')}
              />
              <RoleGrant form={form} />
            </Stack>
          )}
        </FormDialog>
      )}
      {issued && (
        <SecretReveal
          title={text.linkTitle(issued.invitation.name)}
          secret={linkOf(issued.token)}
          onDone={() => setIssued(null)}
        >
          <Text size="sm">{text.linkHelp(issued.invitation.email)}</Text>
        </SecretReveal>
      )}
    </>
  );
}
