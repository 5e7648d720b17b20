import { useApolloClient, useMutation } from '@apollo/client/react';
import { Text, TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { ConfirmByTyping } from '../../components/confirm-by-typing.js';
import { EntityMultiSelect } from '../../components/entity-select.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import {
  AccessGroupAliasesDocument,
  AccessGroupDocument,
  type AccessGroupQuery,
  AddAliasToGroupDocument,
  DeleteAccessGroupDocument,
  UpdateAccessGroupDocument,
} from '../../gql/access-group.js';
import { DescriptionInput } from './description-input.js';
import { text } from './text.js';

export type Details = AccessGroupQuery['accessGroup'];

interface DialogProps {
  readonly group: Details;
  readonly onClose: () => void;
}

export function EditAccessGroup({ group, onClose }: DialogProps) {
  const [update] = useMutation(UpdateAccessGroupDocument, { refetchQueries: [AccessGroupDocument] });
  return (
    <FormDialog
      title={text.editTitle}
      submitLabel={text.save}
      initial={{ displayName: group.displayName, description: group.description ?? '' }}
      validate={({ displayName }) => ({ displayName: displayName.trim() === '' ? text.nameMissing : null })}
      onSubmit={async ({ displayName, description }) => {
        const input = { displayName: displayName.trim(), description: description.trim() || null };
        await update({ variables: { id: group.id, input } });
        notifyDone(text.saved);
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput
            data-autofocus
            withAsterisk
            label={text.name}
            maxLength={200}
            {...form.getInputProps('displayName')}
          />
          <DescriptionInput {...form.getInputProps('description')} />
        </>
      )}
    </FormDialog>
  );
}

/** Adds aliases beside those that are in the group, so that what somebody else adds meanwhile stays. */
export function AddAliases({ group, onClose }: DialogProps) {
  const client = useApolloClient();
  const [add] = useMutation(AddAliasToGroupDocument);
  const submit = async ({ aliasIds }: { aliasIds: string[] }): Promise<void> => {
    try {
      for (const aliasId of aliasIds) await add({ variables: { id: group.id, aliasId } });
    } finally {
      void client.refetchQueries({ include: [AccessGroupDocument, AccessGroupAliasesDocument] });
    }
    notifyDone(text.added(aliasIds.length));
  };
  return (
    <FormDialog
      title={text.addAliasesTitle}
      submitLabel={text.addAliasesSubmit}
      initial={{ aliasIds: [] as string[] }}
      validate={({ aliasIds }) => ({ aliasIds: aliasIds.length === 0 ? text.addAliasesMissing : null })}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <>
          <EntityMultiSelect
            kind="alias"
            data-autofocus
            label={text.aliases}
            {...form.getInputProps('aliasIds')}
            value={form.values.aliasIds}
            onChange={(ids) => form.setFieldValue('aliasIds', ids)}
          />
          <Text size="sm" c="dimmed">
            {text.addAliasesMessage(group.teamCount)}
          </Text>
        </>
      )}
    </FormDialog>
  );
}

export function DeleteAccessGroup({ group, onClose }: DialogProps) {
  const navigate = useNavigate();
  const [remove] = useMutation(DeleteAccessGroupDocument);
  return (
    <ConfirmByTyping
      title={text.removeTitle}
      message={text.removeMessage}
      phrase={group.id}
      confirmLabel={text.removeSubmit}
      onConfirm={async () => {
        await remove({ variables: { id: group.id } });
        notifyDone(text.removed(group.displayName));
        void navigate('/model-access');
      }}
      onClose={onClose}
    />
  );
}
