import { useMutation } from '@apollo/client/react';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Can } from '../../../components/can.js';
import { ConfirmByTyping } from '../../../components/confirm-by-typing.js';
import { EntitySelect } from '../../../components/entity-select.js';
import { MetadataCard } from '../../../components/metadata-card.js';
import type { Metadata } from '../../../components/metadata-rows.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { SettingCard } from '../../../components/setting-card.js';
import { DeleteTeamDocument, UpdateTeamDocument } from '../../../gql/team.js';
import { ResumeTeamDocument, TeamsDocument } from '../../../gql/teams.js';
import { failureOf } from '../../../lib/failure.js';
import { useSession } from '../../../lib/session.js';
import { PauseTeam, SuspendTeam } from '../dialogs/status-dialogs.js';
import type { TeamData } from '../team-data.js';
import { statusInWords } from '../team-status.js';
import { text } from '../text.js';

const NAME_MAX = 200;
const WIDTH = { base: 220, sm: 280 };

function Rename({ team: { id, name } }: { team: TeamData }) {
  const [update, { loading }] = useMutation(UpdateTeamDocument);
  const form = useForm({
    initialValues: { name },
    validate: { name: (typed) => (typed.trim() === '' ? text.nameNeeded : null) },
  });
  const submit = async (values: { name: string }): Promise<void> => {
    try {
      await update({ variables: { id, input: { name: values.name.trim() } } });
      form.resetDirty();
      notifyDone(text.renamed);
    } catch (error) {
      form.setFieldError('name', failureOf(error).message);
    }
  };
  return (
    <SettingCard title={text.rename} about={text.renameAbout}>
      <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
        <Group align="flex-start" gap="xs">
          <TextInput aria-label={text.name} required maxLength={NAME_MAX} w={WIDTH} {...form.getInputProps('name')} />
          <Button type="submit" variant="default" loading={loading} disabled={!form.isDirty()}>
            {text.save}
          </Button>
        </Group>
      </form>
    </SettingCard>
  );
}

function DefaultAlias({ team: { id, defaultAlias } }: { team: TeamData }) {
  const [chosen, setChosen] = useState(defaultAlias);
  const [problem, setProblem] = useState<string | null>(null);
  const [update, { loading }] = useMutation(UpdateTeamDocument);
  const save = async (): Promise<void> => {
    try {
      await update({ variables: { id, input: { defaultAlias: chosen } } });
      notifyDone(text.defaultAliasSaved);
    } catch (error) {
      setProblem(failureOf(error).message);
    }
  };
  return (
    <SettingCard title={text.defaultAlias} about={text.defaultAliasAbout}>
      <Group align="flex-start" gap="xs">
        <EntitySelect
          kind="alias_name"
          clearable
          aria-label={text.defaultAlias}
          placeholder={text.noDefaultAlias}
          value={chosen}
          error={problem}
          onChange={(alias) => {
            setChosen(alias);
            setProblem(null);
          }}
          w={WIDTH}
        />
        <Button variant="default" loading={loading} disabled={chosen === defaultAlias} onClick={() => void save()}>
          {text.save}
        </Button>
      </Group>
    </SettingCard>
  );
}

function Notes({ team: { id, metadata } }: { team: TeamData }) {
  const [update] = useMutation(UpdateTeamDocument);
  const save = async (changed: Metadata): Promise<void> => {
    await update({ variables: { id, input: { metadata: changed } } });
    notifyDone(text.metadataSaved);
  };
  return <MetadataCard metadata={metadata as Metadata} onSave={save} />;
}

function Interruption({ team }: { team: TeamData }) {
  const [asked, setAsked] = useState<'pause' | 'suspend' | null>(null);
  const [resume, { loading }] = useMutation(ResumeTeamDocument, { variables: { id: team.id } });
  const close = (): void => setAsked(null);
  const isResting = team.status === 'PAUSED' || team.status === 'SUSPENDED';
  return (
    <>
      {isResting && (
        <Can action="team.resume">
          <SettingCard title={text.resumeTitle} about={`${statusInWords(team) ?? ''} ${text.resumeAbout}`}>
            <Button
              variant="default"
              loading={loading}
              onClick={() => void resume().then(() => notifyDone(text.wasResumed(team.name)), notifyFailed)}
            >
              {text.resume}
            </Button>
          </SettingCard>
        </Can>
      )}
      {team.status !== 'SUSPENDED' && (
        <>
          <Can action="team.pause">
            <SettingCard title={text.pauseTitle} about={text.pauseAbout}>
              <Button variant="default" onClick={() => setAsked('pause')}>
                {text.pause}
              </Button>
            </SettingCard>
          </Can>
          <Can action="team.suspend">
            <SettingCard title={text.suspendTitle} about={text.suspendAbout}>
              <Button variant="light" color="red" onClick={() => setAsked('suspend')}>
                {text.suspend}
              </Button>
            </SettingCard>
          </Can>
        </>
      )}
      {asked === 'pause' && <PauseTeam team={team} onClose={close} />}
      {asked === 'suspend' && <SuspendTeam team={team} onClose={close} />}
    </>
  );
}

function Deletion({ team: { id, name, isDefault } }: { team: TeamData }) {
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const [remove] = useMutation(DeleteTeamDocument, { variables: { id }, refetchQueries: [TeamsDocument] });
  const confirm = async (): Promise<void> => {
    await remove();
    notifyDone(text.wasDeleted(name));
    void navigate('/teams');
  };
  return (
    <SettingCard title={text.deleteTitle} about={isDefault ? text.deleteDefault : text.deleteAbout}>
      <Button color="red" disabled={isDefault} onClick={() => setAsking(true)}>
        {text.deleteLabel}
      </Button>
      {isAsking && (
        <ConfirmByTyping
          title={text.deleteTitle}
          message={text.deleteMessage}
          phrase={id}
          confirmLabel={text.deleteLabel}
          onConfirm={confirm}
          onClose={() => setAsking(false)}
        />
      )}
    </SettingCard>
  );
}

/** Name, default alias, notes, interruption and the end of a team. */
export function SettingsTab({ team }: { team: TeamData }) {
  const { may } = useSession();
  return (
    <Stack gap="md" maw={880}>
      {may('team.update') && (
        <>
          <Rename team={team} />
          <DefaultAlias team={team} />
          <Notes team={team} />
        </>
      )}
      <Interruption team={team} />
      <Can action="team.delete">
        <Deletion team={team} />
      </Can>
    </Stack>
  );
}
