import { useMutation } from '@apollo/client/react';
import { Text, TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { ConfirmByTyping } from '../../components/confirm-by-typing.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import {
  DeleteProviderDocument,
  ProviderDocument,
  type ProviderQuery,
  UpdateProviderDocument,
} from '../../gql/provider.js';
import { CredentialInput } from './credential-input.js';
import { text } from './text.js';

interface DialogProps {
  readonly provider: ProviderQuery['provider'];
  readonly onClose: () => void;
}

/** With a secret among the variables, so that nothing of it is kept. */
const useUpdate = () =>
  useMutation(UpdateProviderDocument, { refetchQueries: [ProviderDocument], fetchPolicy: 'no-cache' })[0];

/** Name and address. Whoever moves the address enters the credential again, since it is sent there. */
export function EditProvider({ provider, onClose }: DialogProps) {
  const update = useUpdate();
  const isMoved = (baseUrl: string): boolean => (baseUrl.trim() || null) !== provider.baseUrl;
  const needsCredential = (baseUrl: string): boolean => provider.hasCredential && isMoved(baseUrl);
  return (
    <FormDialog
      title={text.editTitle}
      submitLabel={text.save}
      initial={{ name: provider.name, baseUrl: provider.baseUrl ?? '', credential: '' }}
      validate={({ name, baseUrl, credential }) => ({
        name: name.trim() === '' ? text.nameMissing : null,
        credential: needsCredential(baseUrl) && credential === '' ? text.credentialMissing : null,
      })}
      onSubmit={async ({ name, baseUrl, credential }) => {
        const moved = isMoved(baseUrl) && { baseUrl: baseUrl.trim() || null };
        const input = { name: name.trim(), ...moved, ...(credential !== '' && { credential }) };
        await update({ variables: { id: provider.id, input } });
        notifyDone(text.saved);
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput data-autofocus withAsterisk label={text.name} maxLength={200} {...form.getInputProps('name')} />
          {!provider.isSimulated && (
            <TextInput
              type="url"
              label={text.baseUrl}
              description={text.baseUrlHelp}
              placeholder={text.baseUrlExample}
              {...form.getInputProps('baseUrl')}
            />
          )}
          {needsCredential(form.values.baseUrl) && (
            <CredentialInput withAsterisk description={text.credentialAgain} {...form.getInputProps('credential')} />
          )}
        </>
      )}
    </FormDialog>
  );
}

export function ReplaceCredential({ provider, onClose }: DialogProps) {
  const update = useUpdate();
  return (
    <FormDialog
      title={text.replaceTitle}
      submitLabel={text.replaceSubmit}
      initial={{ credential: '' }}
      validate={({ credential }) => ({ credential: credential === '' ? text.credentialMissing : null })}
      onSubmit={async ({ credential }) => {
        await update({ variables: { id: provider.id, input: { credential } } });
        notifyDone(text.replaced);
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <Text size="sm">{text.replaceMessage(provider.credentialHint)}</Text>
          <CredentialInput data-autofocus withAsterisk {...form.getInputProps('credential')} />
        </>
      )}
    </FormDialog>
  );
}

export function DeleteProvider({ provider, onClose }: DialogProps) {
  const navigate = useNavigate();
  const [remove] = useMutation(DeleteProviderDocument);
  return (
    <ConfirmByTyping
      title={text.removeTitle}
      message={text.removeMessage}
      phrase={provider.id}
      confirmLabel={text.removeSubmit}
      onConfirm={async () => {
        await remove({ variables: { id: provider.id } });
        notifyDone(text.removed(provider.name));
        void navigate('/providers');
      }}
      onClose={onClose}
    />
  );
}
