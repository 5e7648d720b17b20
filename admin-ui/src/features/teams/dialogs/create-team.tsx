import { useMutation } from '@apollo/client/react';
import { SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { EntityMultiSelect, EntitySelect } from '../../../components/entity-select.js';
import { FirstCall } from '../../../components/first-call.js';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { SecretReveal } from '../../../components/secret-reveal.js';
import { CreateTeamDocument, type CreateTeamMutation, TeamsDocument } from '../../../gql/teams.js';
import { useSession } from '../../../lib/session.js';
import { slugOf, slugProblem } from '../../../lib/slug.js';
import { AmountFields, amountProblems, type AmountValues } from './amount-fields.js';
import { BudgetFields, budgetInput, budgetProblems, type BudgetValues } from './budget-fields.js';
import { text } from '../text.js';

interface Values extends AmountValues, BudgetValues {
  readonly organizationId: string | null;
  readonly name: string;
  readonly id: string;
  readonly accessGroupIds: string[];
  readonly defaultAlias: string | null;
}
type Form = UseFormReturnType<Values>;
type Made = CreateTeamMutation['createTeam'];

const NAME_MAX = 200;
const ID_MAX = 63;
/** As the server has them for a team that names none. */
const RATES = { creditsPerDollar: '10', tokensPerCredit: '10000' };

const validate = (values: Values) => ({
  organizationId: values.organizationId ? null : text.organizationNeeded,
  name: values.name.trim() === '' ? text.nameNeeded : null,
  id: slugProblem(values.id.trim()),
  ...(values.credits.trim() === '' ? {} : amountProblems(values)),
  ...budgetProblems(values),
});

const inputOf = (values: Values) => ({
  organizationId: values.organizationId!,
  id: values.id.trim(),
  name: values.name.trim(),
  accessGroupIds: values.accessGroupIds,
  credits: values.credits.trim() || null,
  defaultAlias: values.defaultAlias,
  ...budgetInput(values),
});

/** Until somebody types an id of their own, it follows the name. */
function changeName(form: Form, name: string): void {
  const isFollowing = form.values.id === slugOf(form.values.name);
  form.setFieldValue('name', name);
  if (isFollowing) form.setFieldValue('id', slugOf(name));
}

const Identity = ({ form }: { form: Form }) => (
  <>
    <EntitySelect
      kind="organization"
      required
      label={text.organization}
      {...form.getInputProps('organizationId')}
      value={form.values.organizationId}
      data-autofocus={form.values.organizationId ? undefined : true}
    />
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <TextInput
        required
        label={text.name}
        placeholder={text.namePlaceholder}
        maxLength={NAME_MAX}
        {...form.getInputProps('name')}
        data-autofocus={form.values.organizationId ? true : undefined}
        onChange={(event) => changeName(form, event.currentTarget.value)}
      />
      <TextInput
        required
        label={text.id}
        spellCheck={false}
        autoComplete="off"
        maxLength={ID_MAX}
        {...form.getInputProps('id')}
      />
    </SimpleGrid>
  </>
);

function Fields({ form }: { form: Form }) {
  const { may } = useSession();
  return (
    <Stack gap="sm">
      <Identity form={form} />
      {may('team.grant_access') && (
        <EntityMultiSelect
          kind="access_group"
          label={text.accessGroups}
          description={text.accessGroupsHelp}
          {...form.getInputProps('accessGroupIds')}
          value={form.values.accessGroupIds}
        />
      )}
      {may('credit.add') && (
        <AmountFields form={form} label={text.creditsToBegin} description={text.creditsHelp} isOptional />
      )}
      <BudgetFields form={form} />
      <EntitySelect
        kind="alias_name"
        clearable
        label={text.defaultAlias}
        description={text.defaultAliasHelp}
        {...form.getInputProps('defaultAlias')}
        value={form.values.defaultAlias}
      />
    </Stack>
  );
}

/** The first key of the team, shown once, with a first call to try. */
const FirstKey = ({ made: { team, issued }, onDone }: { made: Made; onDone: () => void }) => (
  <SecretReveal title={text.keyTitle(team.name)} secret={issued.token} onDone={onDone}>
    <FirstCall token={issued.token} teamId={team.id} alias={team.defaultAlias ?? team.allowedAliases[0] ?? null} />
  </SecretReveal>
);

interface CreateTeamProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Makes a team ready for its first call: with access, credits and a key; then leads to its page. */
export function CreateTeam({ isOpen, onClose }: CreateTeamProps) {
  const navigate = useNavigate();
  const { viewer } = useSession();
  const [params] = useSearchParams();
  const [made, setMade] = useState<Made | null>(null);
  const [create] = useMutation(CreateTeamDocument, { fetchPolicy: 'no-cache', refetchQueries: [TeamsDocument] });
  const organizationId = viewer.organizationId ?? params.get('organizationId');
  const initial: Values = {
    ...{ organizationId, name: '', id: '', accessGroupIds: [], defaultAlias: null },
    ...{ credits: '', again: '', budgetMode: 'JOB_BASED', ...RATES },
  };
  const submit = async (values: Values): Promise<void> => {
    const { data } = await create({ variables: { input: inputOf(values) } });
    setMade(data!.createTeam);
  };
  const leave = ({ team }: Made): void => {
    notifyDone(text.madeDone(team.name));
    void navigate(`/teams/${team.id}`);
  };
  return (
    <>
      {isOpen && (
        <FormDialog<Values>
          title={text.createTitle}
          size="lg"
          initial={initial}
          validate={validate}
          submitLabel={text.createSubmit}
          onSubmit={submit}
          onClose={onClose}
        >
          {(form) => <Fields form={form} />}
        </FormDialog>
      )}
      {made && <FirstKey made={made} onDone={() => leave(made)} />}
    </>
  );
}
