import { useMutation } from '@apollo/client/react';
import { Button, Card, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { Can } from '../../../components/can.js';
import { ConfirmByTyping } from '../../../components/confirm-by-typing.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { PLANS, type PlanTier, planNames } from '../../../components/plans.js';
import {
  DeleteOrganizationDocument,
  OrganizationsDocument,
  ResumeOrganizationDocument,
  SuspendOrganizationDocument,
  UpdateOrganizationDocument,
} from '../../../gql/organizations.js';
import { failureOf } from '../../../lib/failure.js';
import type { OrganizationData } from '../organization-data.js';
import { text } from '../text.js';

interface SectionProps {
  readonly title: string;
  readonly about: string;
  readonly children: ReactNode;
}

const Section = ({ title, about, children }: SectionProps) => (
  <Card withBorder padding="md">
    <Group justify="space-between" align="flex-start" gap="md">
      <Stack gap={4} maw={560}>
        <Title order={2} size="h5">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {about}
        </Text>
      </Stack>
      {children}
    </Group>
  </Card>
);

function Rename({ organization: { id, name } }: { organization: OrganizationData }) {
  const [update, { loading }] = useMutation(UpdateOrganizationDocument);
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
    <Section title={text.rename} about={text.renameAbout}>
      <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
        <Group align="flex-start" gap="xs">
          <TextInput
            aria-label={text.nameLabel}
            required
            maxLength={200}
            w={{ base: 220, sm: 300 }}
            {...form.getInputProps('name')}
          />
          <Button type="submit" variant="default" loading={loading} disabled={!form.isDirty()}>
            {text.save}
          </Button>
        </Group>
      </form>
    </Section>
  );
}

function Plan({ organization: { id, plan } }: { organization: OrganizationData }) {
  const [update, { loading }] = useMutation(UpdateOrganizationDocument);
  const change = async (chosen: PlanTier): Promise<void> => {
    try {
      await update({ variables: { id, input: { plan: chosen } } });
      notifyDone(text.planSaved(planNames([chosen])), () => update({ variables: { id, input: { plan } } }));
    } catch (error) {
      notifyFailed(error);
    }
  };
  return (
    <Section title={text.planTitle} about={text.planAbout}>
      <Select
        aria-label={text.planTitle}
        w={{ base: 220, sm: 180 }}
        allowDeselect={false}
        disabled={loading}
        data={[...PLANS]}
        value={plan}
        onChange={(chosen) => chosen && void change(chosen)}
      />
    </Section>
  );
}

function Suspension({ organization: { id, name, status } }: { organization: OrganizationData }) {
  const [isAsking, setAsking] = useState(false);
  const [suspend] = useMutation(SuspendOrganizationDocument, { variables: { id } });
  const [resume, { loading }] = useMutation(ResumeOrganizationDocument, { variables: { id } });
  if (status === 'SUSPENDED')
    return (
      <Can action="organization.resume">
        <Section title={text.resumeTitle} about={text.resumeAbout}>
          <Button
            variant="default"
            loading={loading}
            onClick={() => void resume().then(() => notifyDone(text.wasResumed(name)), notifyFailed)}
          >
            {text.resume}
          </Button>
        </Section>
      </Can>
    );
  return (
    <Can action="organization.suspend">
      <Section title={text.suspendTitle} about={text.suspendAbout}>
        <Button variant="light" color="red" onClick={() => setAsking(true)}>
          {text.suspend}
        </Button>
      </Section>
      {isAsking && (
        <ConfirmByTyping
          title={text.suspendTitle}
          message={text.suspendOneMessage}
          phrase={id}
          confirmLabel={text.suspend}
          onConfirm={() => suspend().then(() => notifyDone(text.wasSuspended(name)))}
          onClose={() => setAsking(false)}
        />
      )}
    </Can>
  );
}

function Deletion({ organization: { id, name } }: { organization: OrganizationData }) {
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const [remove] = useMutation(DeleteOrganizationDocument, {
    variables: { id },
    refetchQueries: [OrganizationsDocument],
  });
  const confirm = async (): Promise<void> => {
    await remove();
    notifyDone(text.wasDeleted(name));
    void navigate('/organizations');
  };
  return (
    <Can action="organization.delete">
      <Section title={text.deleteTitle} about={text.deleteAbout}>
        <Button color="red" onClick={() => setAsking(true)}>
          {text.deleteLabel}
        </Button>
      </Section>
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
    </Can>
  );
}

/** Name, plan, suspension and the end of an organization. */
export const SettingsTab = ({ organization }: { organization: OrganizationData }) => (
  <Stack gap="md" maw={880}>
    <Can action="organization.update">
      <Rename organization={organization} />
    </Can>
    <Can action="billing.update">
      <Plan organization={organization} />
    </Can>
    <Suspension organization={organization} />
    <Deletion organization={organization} />
  </Stack>
);
