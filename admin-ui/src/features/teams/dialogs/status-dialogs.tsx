import { useMutation } from '@apollo/client/react';
import { Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { PauseTeamDocument, ResumeTeamDocument, SuspendTeamDocument } from '../../../gql/teams.js';
import { fromLocalField } from '../../../lib/time-range.js';
import { text } from '../text.js';

interface StatusDialogProps {
  readonly team: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}

interface Values {
  readonly reason: string;
  /** As the field has it: in the viewer's zone. */
  readonly until: string;
}

const REASON_MAX = 500;

const Reason = ({ form }: { form: UseFormReturnType<Values> }) => (
  <Textarea
    data-autofocus
    label={text.reasonLabel}
    description={text.reasonHelp}
    autosize
    minRows={2}
    maxRows={6}
    maxLength={REASON_MAX}
    {...form.getInputProps('reason')}
  />
);

/** Stops a team until somebody resumes it. */
export function SuspendTeam({ team: { id, name }, onClose }: StatusDialogProps) {
  const [suspend] = useMutation(SuspendTeamDocument);
  const [resume] = useMutation(ResumeTeamDocument, { variables: { id } });
  const submit = async ({ reason }: Values): Promise<void> => {
    await suspend({ variables: { id, reason: reason.trim() || null } });
    notifyDone(text.wasSuspended(name), () => resume());
  };
  return (
    <FormDialog<Values>
      title={text.suspendTitle}
      initial={{ reason: '', until: '' }}
      submitLabel={text.suspend}
      onSubmit={submit}
      onClose={onClose}
      danger
    >
      {(form) => (
        <Stack gap="sm">
          <Text size="sm">{text.suspendAbout}</Text>
          <Reason form={form} />
        </Stack>
      )}
    </FormDialog>
  );
}

function untilProblem({ until }: Values): string | null {
  const at = fromLocalField(until);
  return at !== null && new Date(at).getTime() <= Date.now() ? text.untilProblem : null;
}

/** Stops a team for a while. */
export function PauseTeam({ team: { id, name }, onClose }: StatusDialogProps) {
  const [pause] = useMutation(PauseTeamDocument);
  const [resume] = useMutation(ResumeTeamDocument, { variables: { id } });
  const submit = async ({ reason, until }: Values): Promise<void> => {
    await pause({ variables: { id, input: { reason: reason.trim() || null, until: fromLocalField(until) } } });
    notifyDone(text.wasPaused(name), () => resume());
  };
  return (
    <FormDialog<Values>
      title={text.pauseTitle}
      initial={{ reason: '', until: '' }}
      validate={(values) => ({ until: untilProblem(values) })}
      submitLabel={text.pause}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <Stack gap="sm">
          <Reason form={form} />
          <TextInput
            type="datetime-local"
            label={text.until}
            description={text.untilHelp}
            {...form.getInputProps('until')}
          />
        </Stack>
      )}
    </FormDialog>
  );
}
