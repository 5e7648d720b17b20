import { useMutation } from '@apollo/client/react';
import { Fieldset, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { EntityMultiSelect } from '../../components/entity-select.js';
import { FirstCall } from '../../components/first-call.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { SecretReveal } from '../../components/secret-reveal.js';
import {
  CreateOrganizationDocument,
  type CreateOrganizationMutation,
  OrganizationsDocument,
} from '../../gql/organizations.js';
import { amountProblem } from '../../lib/decimal.js';
import { useSession } from '../../lib/session.js';
import { slugOf, slugProblem } from '../../lib/slug.js';
import { text } from './text.js';

interface Values {
  readonly name: string;
  readonly id: string;
  readonly hasTeam: boolean;
  readonly teamName: string;
  readonly accessGroupIds: string[];
  readonly credits: string;
}
type Form = UseFormReturnType<Values>;
type Made = CreateOrganizationMutation['createOrganization'];

const INITIAL: Values = {
  name: '',
  id: '',
  hasTeam: true,
  teamName: text.defaultTeamName,
  accessGroupIds: [],
  credits: '',
};
const NAME_MAX = 200;
const CREDIT_DIGITS = 6;

const validate = ({ name, id, hasTeam, credits }: Values) => ({
  name: name.trim() === '' ? text.nameNeeded : null,
  id: slugProblem(id.trim()),
  credits: hasTeam && credits.trim() !== '' ? amountProblem(credits, CREDIT_DIGITS) : null,
});

const inputOf = ({ name, id, hasTeam, teamName, accessGroupIds, credits }: Values) => ({
  id: id.trim(),
  name: name.trim(),
  defaultTeam: hasTeam
    ? { name: teamName.trim() || null, accessGroupIds, credits: credits.trim() === '' ? null : credits.trim() }
    : null,
});

/** Until somebody types an id of their own, it follows the name. */
function changeName(form: Form, name: string): void {
  const isFollowing = form.values.id === slugOf(form.values.name);
  form.setFieldValue('name', name);
  if (isFollowing) form.setFieldValue('id', slugOf(name));
}

function TeamFields({ form }: { form: Form }) {
  const { may } = useSession();
  return (
    <Fieldset variant="filled" legend={null}>
      <Stack gap="sm">
        <TextInput
          label={text.teamName}
          description={text.teamNameHelp(`${form.values.id || '…'}_default`)}
          maxLength={NAME_MAX}
          {...form.getInputProps('teamName')}
        />
        <EntityMultiSelect
          kind="access_group"
          label={text.accessGroups}
          description={text.accessGroupsHelp}
          {...form.getInputProps('accessGroupIds')}
          value={form.values.accessGroupIds}
        />
        {may('credit.add') && (
          <TextInput
            label={text.credits}
            description={text.creditsHelp}
            inputMode="decimal"
            {...form.getInputProps('credits')}
          />
        )}
      </Stack>
    </Fieldset>
  );
}

const Fields = ({ form }: { form: Form }) => (
  <Stack gap="sm">
    <TextInput
      data-autofocus
      required
      label={text.nameLabel}
      placeholder={text.namePlaceholder}
      maxLength={NAME_MAX}
      {...form.getInputProps('name')}
      onChange={(event) => changeName(form, event.currentTarget.value)}
    />
    <TextInput
      required
      label={text.idLabel}
      description={text.idHelp}
      spellCheck={false}
      autoComplete="off"
      maxLength={63}
      {...form.getInputProps('id')}
    />
    <Switch
      mt="xs"
      label={text.withTeam}
      description={text.withTeamHelp}
      {...form.getInputProps('hasTeam', { type: 'checkbox' })}
    />
    {form.values.hasTeam && <TeamFields form={form} />}
  </Stack>
);

/** The key of the first team, shown once, with a first call to try. */
function FirstKey({ made, onDone }: { made: NonNullable<Made['defaultTeam']>; onDone: () => void }) {
  const { team, issued } = made;
  return (
    <SecretReveal title={text.keyTitle(team.name)} secret={issued.token} onDone={onDone}>
      <FirstCall token={issued.token} teamId={team.id} alias={team.allowedAliases[0] ?? null} />
    </SecretReveal>
  );
}

interface CreateOrganizationProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Makes an organization, at will with a team ready for its first call; then leads to its page. */
export function CreateOrganization({ isOpen, onClose }: CreateOrganizationProps) {
  const navigate = useNavigate();
  const [made, setMade] = useState<Made | null>(null);
  const [create] = useMutation(CreateOrganizationDocument, {
    fetchPolicy: 'no-cache',
    refetchQueries: [OrganizationsDocument],
  });
  const leave = ({ organization }: Made): void => {
    notifyDone(text.madeDone(organization.name));
    void navigate(`/organizations/${organization.id}`);
  };
  const submit = async (values: Values): Promise<void> => {
    const { data } = await create({ variables: { input: inputOf(values) } });
    const answer = data!.createOrganization;
    if (answer.defaultTeam) setMade(answer);
    else leave(answer);
  };
  return (
    <>
      {isOpen && (
        <FormDialog<Values>
          title={text.createTitle}
          initial={INITIAL}
          validate={validate}
          submitLabel={text.createSubmit}
          onSubmit={submit}
          onClose={onClose}
        >
          {(form) => <Fields form={form} />}
        </FormDialog>
      )}
      {made?.defaultTeam && <FirstKey made={made.defaultTeam} onDone={() => leave(made)} />}
    </>
  );
}
