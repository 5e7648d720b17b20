import { useMutation } from '@apollo/client/react';
import { Select, Stack, TextInput } from '@mantine/core';
import { CreateKeyDocument, type CreateKeyMutation } from '../../gql/key-actions.js';
import { fromLocalField } from '../../lib/time-range.js';
import { EntitySelect } from '../entity-select.js';
import { FormDialog } from '../form-dialog.js';
import { text } from './text.js';

export type Issued = CreateKeyMutation['createVirtualKey'];

export interface TeamOfKey {
  readonly id: string;
  readonly name: string;
}

interface CreateKeyProps {
  /** The team it is for; chosen in the dialog when null. */
  readonly team: TeamOfKey | null;
  readonly onIssued: (issued: Issued) => void;
  readonly onClose: () => void;
}

interface Values {
  readonly teamId: string | null;
  readonly name: string;
  readonly expiry: keyof typeof text.expiries;
  /** As the field has it: in the viewer's zone. */
  readonly expiresAt: string;
}

const DAY_MS = 86_400_000;
const DAYS = { d30: 30, d90: 90, d365: 365 } as const;
const EXPIRIES = Object.entries(text.expiries).map(([value, label]) => ({ value, label }));
const NAME_MAX = 200;

function expiryOf({ expiry, expiresAt }: Values): string | null {
  if (expiry === 'never') return null;
  if (expiry === 'other') return fromLocalField(expiresAt);
  return new Date(Date.now() + DAYS[expiry] * DAY_MS).toISOString();
}

function validate(values: Values) {
  const chosen = expiryOf(values);
  const isAhead = values.expiry !== 'other' || (chosen !== null && new Date(chosen).getTime() > Date.now());
  return {
    teamId: values.teamId ? null : text.teamNeeded,
    name: values.name.trim() === '' ? text.nameNeeded : null,
    expiresAt: isAhead ? null : text.expiresAtNeeded,
  };
}

/** Makes a virtual key of a team. */
export function CreateKey({ team, onIssued, onClose }: CreateKeyProps) {
  const [create] = useMutation(CreateKeyDocument, { fetchPolicy: 'no-cache', refetchQueries: 'active' });
  const submit = async (values: Values): Promise<void> => {
    const input = { teamId: values.teamId!, name: values.name.trim(), expiresAt: expiryOf(values) };
    const { data } = await create({ variables: { input } });
    onIssued(data!.createVirtualKey);
  };
  return (
    <FormDialog<Values>
      title={team ? text.createFor(team.name) : text.createTitle}
      initial={{ teamId: team?.id ?? null, name: '', expiry: 'never', expiresAt: '' }}
      validate={validate}
      submitLabel={text.createSubmit}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack gap="sm">
          {!team && (
            <EntitySelect
              kind="team"
              data-autofocus
              required
              label={text.team}
              description={text.teamHelp}
              {...form.getInputProps('teamId')}
              value={form.values.teamId}
            />
          )}
          <TextInput
            data-autofocus={team ? true : undefined}
            required
            label={text.name}
            description={text.nameHelp}
            maxLength={NAME_MAX}
            {...form.getInputProps('name')}
          />
          <Select label={text.expiry} allowDeselect={false} data={EXPIRIES} {...form.getInputProps('expiry')} />
          {form.values.expiry === 'other' && (
            <TextInput type="datetime-local" required label={text.expiresAt} {...form.getInputProps('expiresAt')} />
          )}
        </Stack>
      )}
    </FormDialog>
  );
}
