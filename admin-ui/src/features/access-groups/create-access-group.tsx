import { useMutation } from '@apollo/client/react';
import { TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useNavigate } from 'react-router';
import { EntityMultiSelect } from '../../components/entity-select.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { AccessGroupsDocument, CreateAccessGroupDocument } from '../../gql/access-groups.js';
import { slugOf, slugProblem } from '../../lib/slug.js';
import { DescriptionInput } from './description-input.js';
import { text } from './text.js';

interface Values {
  readonly displayName: string;
  readonly id: string;
  readonly description: string;
  readonly aliasIds: string[];
}

const INITIAL: Values = { displayName: '', id: '', description: '', aliasIds: [] };

/** The id follows the name until somebody writes one. */
function rename(form: UseFormReturnType<Values>, name: string): void {
  const isFollowing = form.values.id === slugOf(form.values.displayName);
  form.setFieldValue('displayName', name);
  if (isFollowing) form.setFieldValue('id', slugOf(name));
}

/** Asks for a new set of aliases. */
export function CreateAccessGroup({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [create] = useMutation(CreateAccessGroupDocument, { refetchQueries: [AccessGroupsDocument] });
  const submit = async ({ id, displayName, description, aliasIds }: Values): Promise<void> => {
    const input = { id, displayName: displayName.trim(), description: description.trim() || null, aliasIds };
    await create({ variables: { input } });
    notifyDone(text.created(displayName.trim()));
    void navigate(`/model-access/${id}`);
  };
  return (
    <FormDialog<Values>
      title={text.createTitle}
      submitLabel={text.createSubmit}
      initial={INITIAL}
      validate={({ displayName, id }) => ({
        displayName: displayName.trim() === '' ? text.nameMissing : null,
        id: slugProblem(id),
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
            maxLength={200}
            {...form.getInputProps('displayName')}
            onChange={(event) => rename(form, event.currentTarget.value)}
          />
          <TextInput
            withAsterisk
            label={text.id}
            description={text.idHelp}
            maxLength={63}
            spellCheck={false}
            {...form.getInputProps('id')}
          />
          <DescriptionInput {...form.getInputProps('description')} />
          <EntityMultiSelect
            kind="alias"
            label={text.aliases}
            description={text.aliasesHelp}
            {...form.getInputProps('aliasIds')}
            value={form.values.aliasIds}
            onChange={(ids) => form.setFieldValue('aliasIds', ids)}
          />
        </>
      )}
    </FormDialog>
  );
}
