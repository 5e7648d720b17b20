import { useMutation } from '@apollo/client/react';
import { Textarea, TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { EntityMultiSelect } from '../../components/entity-select.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import {
  AliasesDocument,
  CreateAliasDocument,
  PutAliasIntoGroupDocument,
  type RoutingStrategy,
} from '../../gql/aliases.js';
import { type ChainTarget, TargetChain } from './targets/target-chain.js';
import { text } from './text.js';

interface Values {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly targets: ChainTarget[];
  readonly routingStrategy: RoutingStrategy;
  readonly accessGroupIds: string[];
}

const INITIAL: Values = {
  name: '',
  displayName: '',
  description: '',
  targets: [],
  routingStrategy: 'ORDERED',
  accessGroupIds: [],
};
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

function nameProblem(name: string): string | null {
  if (name.trim() === '') return text.nameMissing;
  return NAME.test(name.trim()) ? null : text.nameRule;
}

/** Makes the alias, then puts it into its groups. What fails there is told apart, since the alias exists by then. */
function useCreate(): (values: Values) => Promise<void> {
  const navigate = useNavigate();
  const [create] = useMutation(CreateAliasDocument, { refetchQueries: [AliasesDocument] });
  const [put] = useMutation(PutAliasIntoGroupDocument);
  return async ({ name, displayName, description, targets, routingStrategy, accessGroupIds }) => {
    const input = {
      name: name.trim(),
      displayName: displayName.trim() || null,
      description: description.trim() || null,
      targets,
      routingStrategy,
    };
    const { data } = await create({ variables: { input } });
    const aliasId = data!.createAlias.id;
    try {
      for (const accessGroupId of accessGroupIds) await put({ variables: { accessGroupId, aliasId } });
      notifyDone(text.created(input.name));
    } catch (error) {
      notifyDone(text.groupsFailed(input.name));
      notifyFailed(error);
    }
    void navigate(`/model-aliases/${aliasId}`);
  };
}

/** Asks for a name, the models behind it, and who may call it. */
export function CreateAlias({ onClose }: { onClose: () => void }) {
  const create = useCreate();
  return (
    <FormDialog<Values>
      title={text.createTitle}
      submitLabel={text.createSubmit}
      size="lg"
      initial={INITIAL}
      validate={({ name }) => ({ name: nameProblem(name) })}
      onSubmit={create}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput
            data-autofocus
            withAsterisk
            label={text.name}
            description={text.nameHelp}
            maxLength={128}
            spellCheck={false}
            {...form.getInputProps('name')}
          />
          <TextInput
            label={text.displayName}
            description={text.displayNameHelp}
            maxLength={200}
            {...form.getInputProps('displayName')}
          />
          <Textarea
            label={text.description}
            autosize
            minRows={1}
            maxRows={6}
            maxLength={2000}
            {...form.getInputProps('description')}
          />
          <TargetChain
            value={form.values.targets}
            onChange={(targets) => form.setFieldValue('targets', targets)}
            strategy={form.values.routingStrategy}
            onStrategy={(strategy) => form.setFieldValue('routingStrategy', strategy)}
            error={form.errors.targets}
          />
          <EntityMultiSelect
            kind="access_group"
            label={text.accessGroups}
            description={text.accessGroupsHelp}
            {...form.getInputProps('accessGroupIds')}
            value={form.values.accessGroupIds}
            onChange={(ids) => form.setFieldValue('accessGroupIds', ids)}
          />
        </>
      )}
    </FormDialog>
  );
}
