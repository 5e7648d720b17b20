import { useMutation } from '@apollo/client/react';
import { Stack, Text } from '@mantine/core';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { UpdateTeamDocument } from '../../../gql/team.js';
import { BudgetFields, budgetInput, budgetProblems, type BudgetValues } from './budget-fields.js';
import { text } from '../text.js';

/** Changes the budget mode and its rate, for the jobs to come. */
export function EditBudget({
  team,
  onClose,
}: {
  team: BudgetValues & { id: string; name: string };
  onClose: () => void;
}) {
  const [update] = useMutation(UpdateTeamDocument);
  const { budgetMode, creditsPerDollar, tokensPerCredit } = team;
  const submit = async (values: BudgetValues): Promise<void> => {
    await update({ variables: { id: team.id, input: budgetInput(values) } });
    notifyDone(text.budgetSaved);
  };
  return (
    <FormDialog<BudgetValues>
      title={text.budgetTitle(team.name)}
      initial={{ budgetMode, creditsPerDollar, tokensPerCredit }}
      validate={budgetProblems}
      submitLabel={text.save}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {text.budgetAbout}
          </Text>
          <BudgetFields form={form} />
        </Stack>
      )}
    </FormDialog>
  );
}
