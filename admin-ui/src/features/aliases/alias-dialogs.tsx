import { useApolloClient, useMutation } from '@apollo/client/react';
import { Text, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { PriceInputs } from '../../components/catalog/price-inputs.js';
import { priceForm, priceProblems, typedPrices } from '../../components/catalog/prices.js';
import { ConfirmByTyping } from '../../components/confirm-by-typing.js';
import { EntityMultiSelect } from '../../components/entity-select.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import {
  AliasDocument,
  DeleteAliasDocument,
  type RoutingStrategy,
  SetAliasTargetsDocument,
  UpdateAliasDocument,
} from '../../gql/alias.js';
import { PutAliasIntoGroupDocument } from '../../gql/aliases.js';
import { type Details, modelPrices } from './targets/chain.js';
import { type ChainTarget, TargetChain } from './targets/target-chain.js';
import { text } from './text.js';

interface DialogProps {
  readonly alias: Details;
  readonly onClose: () => void;
}

const REFETCH = { refetchQueries: [AliasDocument] };

export function EditAlias({ alias, onClose }: DialogProps) {
  const [update] = useMutation(UpdateAliasDocument, REFETCH);
  return (
    <FormDialog
      title={text.editTitle}
      submitLabel={text.save}
      initial={{ displayName: alias.displayName, description: alias.description ?? '' }}
      validate={({ displayName }) => ({ displayName: displayName.trim() === '' ? text.displayNameMissing : null })}
      onSubmit={async ({ displayName, description }) => {
        const input = { displayName: displayName.trim(), description: description.trim() || null };
        await update({ variables: { id: alias.id, input } });
        notifyDone(text.saved);
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <TextInput
            data-autofocus
            withAsterisk
            label={text.displayName}
            maxLength={200}
            {...form.getInputProps('displayName')}
          />
          <Textarea
            label={text.description}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={2000}
            {...form.getInputProps('description')}
          />
        </>
      )}
    </FormDialog>
  );
}

export function EditTargets({ alias, onClose }: DialogProps) {
  const [setTargets] = useMutation(SetAliasTargetsDocument, REFETCH);
  const initial: { targets: ChainTarget[]; routingStrategy: RoutingStrategy } = {
    routingStrategy: alias.routingStrategy ?? 'ORDERED',
    targets: (alias.targets ?? []).map(({ modelId, weight }) => ({ modelId, weight })),
  };
  return (
    <FormDialog
      title={text.chainEditTitle}
      submitLabel={text.save}
      size="lg"
      initial={initial}
      onSubmit={async ({ targets, routingStrategy }) => {
        await setTargets({ variables: { id: alias.id, input: { targets, routingStrategy } } });
        notifyDone(text.chainSaved);
      }}
      onClose={onClose}
    >
      {(form) => (
        <TargetChain
          value={form.values.targets}
          onChange={(targets) => form.setFieldValue('targets', targets)}
          strategy={form.values.routingStrategy}
          onStrategy={(strategy) => form.setFieldValue('routingStrategy', strategy)}
          error={form.errors.targets}
        />
      )}
    </FormDialog>
  );
}

export function EditPrice({ alias, onClose }: DialogProps) {
  const [update] = useMutation(UpdateAliasDocument, REFETCH);
  return (
    <FormDialog
      title={text.priceEditTitle}
      submitLabel={text.save}
      size="lg"
      initial={priceForm(alias.priceOverride)}
      validate={priceProblems}
      onSubmit={async (values) => {
        await update({ variables: { id: alias.id, input: { priceOverride: typedPrices(values) } } });
        notifyDone(text.priceSaved);
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <Text size="sm" c="dimmed">
            {text.priceEditAbout}
          </Text>
          <PriceInputs form={form} otherwise={modelPrices(alias)} />
        </>
      )}
    </FormDialog>
  );
}

export function AddToGroups({ alias, onClose }: DialogProps) {
  const client = useApolloClient();
  const [put] = useMutation(PutAliasIntoGroupDocument);
  const submit = async ({ accessGroupIds }: { accessGroupIds: string[] }): Promise<void> => {
    try {
      for (const accessGroupId of accessGroupIds) await put({ variables: { accessGroupId, aliasId: alias.id } });
    } finally {
      void client.refetchQueries({ include: [AliasDocument] });
    }
    notifyDone(text.groupsAdded(accessGroupIds.length));
  };
  return (
    <FormDialog
      title={text.groupsAddTitle}
      submitLabel={text.groupsAddSubmit}
      initial={{ accessGroupIds: [] as string[] }}
      validate={({ accessGroupIds }) => ({
        accessGroupIds: accessGroupIds.length === 0 ? text.groupsAddMissing : null,
      })}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <>
          <EntityMultiSelect
            kind="access_group"
            data-autofocus
            label={text.accessGroups}
            {...form.getInputProps('accessGroupIds')}
            value={form.values.accessGroupIds}
            onChange={(ids) => form.setFieldValue('accessGroupIds', ids)}
          />
          <Text size="sm" c="dimmed">
            {text.groupsAddMessage}
          </Text>
        </>
      )}
    </FormDialog>
  );
}

export function DeleteAlias({ alias, onClose }: DialogProps) {
  const navigate = useNavigate();
  const [remove] = useMutation(DeleteAliasDocument);
  return (
    <ConfirmByTyping
      title={text.removeTitle}
      message={text.removeMessage}
      phrase={alias.id}
      confirmLabel={text.removeSubmit}
      onConfirm={async () => {
        await remove({ variables: { id: alias.id } });
        notifyDone(text.removed(alias.name));
        void navigate('/model-aliases');
      }}
      onClose={onClose}
    />
  );
}
