import { useMutation } from '@apollo/client/react';
import { Stack, Textarea } from '@mantine/core';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { AddCreditsDocument, CreditHistoryDocument, RemoveCreditsDocument } from '../../../gql/credits.js';
import { TeamDocument } from '../../../gql/team.js';
import { credits as shown } from '../../../lib/format.js';
import { AmountFields, amountProblems, type AmountValues } from './amount-fields.js';
import { text } from '../text.js';

interface Values extends AmountValues {
  readonly reason: string;
}

interface CreditDialogProps {
  readonly team: { readonly id: string; readonly name: string };
  /** Below the field of the amount: what is there now. */
  readonly help: string;
  readonly onClose: () => void;
}

interface Movement {
  readonly title: string;
  readonly submitLabel: string;
  readonly isDanger?: boolean;
  /** Moves the credits and says what happened. */
  readonly move: (input: { teamId: string; credits: string; reason: string }) => Promise<string>;
}

const REASON_MAX = 500;
const REFETCHED = { refetchQueries: [TeamDocument, CreditHistoryDocument], awaitRefetchQueries: true };

const validate = (values: Values) => ({
  ...amountProblems(values),
  reason: values.reason.trim() === '' ? text.whyNeeded : null,
});

function CreditDialog({
  team,
  help,
  onClose,
  title,
  submitLabel,
  isDanger = false,
  move,
}: CreditDialogProps & Movement) {
  const submit = async ({ credits, reason }: Values): Promise<void> => {
    notifyDone(await move({ teamId: team.id, credits: credits.trim(), reason: reason.trim() }));
  };
  return (
    <FormDialog<Values>
      title={title}
      initial={{ credits: '', again: '', reason: '' }}
      validate={validate}
      submitLabel={submitLabel}
      onSubmit={submit}
      onClose={onClose}
      danger={isDanger}
    >
      {(form) => (
        <Stack gap="sm">
          <AmountFields form={form} label={text.amount} description={help} hasFocus />
          <Textarea
            required
            label={text.why}
            description={text.whyHelp}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={REASON_MAX}
            {...form.getInputProps('reason')}
          />
        </Stack>
      )}
    </FormDialog>
  );
}

/** Gives a team credits. */
export function AddCredits(props: CreditDialogProps) {
  const [add] = useMutation(AddCreditsDocument, REFETCHED);
  return (
    <CreditDialog
      {...props}
      title={text.addTitle(props.team.name)}
      submitLabel={text.addSubmit}
      move={async (input) => {
        const { data } = await add({ variables: { input } });
        return text.addedDone(shown(input.credits), shown(data!.addCredits.balanceAfter));
      }}
    />
  );
}

/** Takes credits back; never those that open jobs hold. */
export function RemoveCredits(props: CreditDialogProps) {
  const [remove] = useMutation(RemoveCreditsDocument, REFETCHED);
  return (
    <CreditDialog
      {...props}
      title={text.removeTitle(props.team.name)}
      submitLabel={text.removeSubmit}
      isDanger
      move={async (input) => {
        const { data } = await remove({ variables: { input } });
        return text.removedDone(shown(input.credits), shown(data!.removeCredits.balanceAfter));
      }}
    />
  );
}
