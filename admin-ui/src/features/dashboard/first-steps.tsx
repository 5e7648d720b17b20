import { useApolloClient, useQuery } from '@apollo/client/react';
import { Anchor, Button, Card, Group, Progress, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconCheck, IconCircleCheck, IconHourglass } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { CreateKey } from '../../components/keys/create-key.js';
import { useKeyDialogs } from '../../components/keys/key-dialogs.js';
import { type DashboardQuery, FirstStepsDocument, type FirstStepsQuery } from '../../gql/dashboard.js';
import { compareDecimals } from '../../lib/decimal.js';
import { money } from '../../lib/format.js';
import { usePoll } from '../../lib/poll.js';
import { useSession } from '../../lib/session.js';
import { text } from './text.js';

type Figures = DashboardQuery['dashboard'];

const POLL_MS = 3_000;
const PLACE = 'tollkeeper:first-steps';

interface Step {
  readonly title: string;
  readonly about: string;
  readonly isDone: boolean;
  readonly action: ReactNode;
}

const LinkButton = ({ to, label }: { to: string; label: string }) => (
  <Button size="xs" component={Link} to={to}>
    {label}
  </Button>
);

function stepsOf(figures: Figures, found: FirstStepsQuery, newKey: (label: string) => ReactNode): Step[] {
  const hasCredits = figures.creditsInCirculation !== null && compareDecimals(figures.creditsInCirculation, '0') > 0;
  return [
    {
      title: text.stepOrganization,
      about: text.stepOrganizationAbout,
      isDone: figures.organizations > 0,
      action: <LinkButton to="/organizations?new" label={text.newOrganization} />,
    },
    {
      title: text.stepGroup,
      about: text.stepGroupAbout,
      isDone: found.accessGroups.total > 0,
      action: <LinkButton to="/model-access?new" label={text.newGroup} />,
    },
    {
      title: text.stepTeam,
      about: text.stepTeamAbout,
      isDone: figures.teams > 0 && hasCredits,
      action: <LinkButton to="/teams?new" label={text.newTeam} />,
    },
    { title: text.stepKey, about: text.stepKeyAbout, isDone: figures.activeKeys > 0, action: newKey(text.newKey) },
    {
      title: text.stepCall,
      about: text.stepCallAbout,
      isDone: found.jobs.total > 0,
      action: (
        <Group gap="sm">
          <Group gap={8} role="status">
            <IconHourglass size={16} stroke={1.7} aria-hidden />
            <Text size="sm" c="dimmed">
              {text.waiting}
            </Text>
          </Group>
          {newKey(text.anotherKey)}
        </Group>
      ),
    },
  ];
}

function Row({ step, number, isNext }: { step: Step; number: number; isNext: boolean }) {
  const { title, about, isDone, action } = step;
  return (
    <Group component="li" justify="space-between" gap="sm" aria-current={isNext ? 'step' : undefined}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon
          size={26}
          radius="xl"
          variant={isDone ? 'light' : isNext ? 'filled' : 'default'}
          color={isDone ? 'teal' : undefined}
          aria-hidden
        >
          {isDone ? (
            <IconCheck size={15} />
          ) : (
            <Text size="xs" fw={600}>
              {number}
            </Text>
          )}
        </ThemeIcon>
        <div>
          <Text size="sm" fw={500} c={isDone ? 'dimmed' : undefined}>
            {title}
            <span className="visually-hidden">{isDone ? text.done : text.open}</span>
          </Text>
          {!isDone && (
            <Text size="xs" c="dimmed">
              {about}
            </Text>
          )}
        </div>
      </Group>
      {isNext && action}
    </Group>
  );
}

function Arrived({ found, onHide }: { found: FirstStepsQuery; onHide: () => void }) {
  const job = found.jobs.items[0];
  if (!job) return null;
  return (
    <Card withBorder padding="md" role="status">
      <Group justify="space-between" gap="sm">
        <Group gap="sm" wrap="nowrap">
          <ThemeIcon size={36} radius="xl" variant="light" color="teal" aria-hidden>
            <IconCircleCheck size={20} />
          </ThemeIcon>
          <div>
            <Text size="sm" fw={600}>
              {text.arrived}
            </Text>
            <Text size="sm" component="div" c="dimmed">
              {text.arrivedMessage(job.jobType, (job.team ?? job.project)?.name ?? job.id, money(job.costCharged))}{' '}
              <Anchor component={Link} to={`/jobs/${job.id}`} size="sm" underline="always">
                {text.showJob}
              </Anchor>
            </Text>
          </div>
        </Group>
        <Button size="xs" variant="default" onClick={onHide}>
          {text.hide}
        </Button>
      </Group>
    </Card>
  );
}

interface StepsProps {
  readonly steps: readonly Step[];
  readonly onHide: () => void;
}

function Steps({ steps, onHide }: StepsProps) {
  const done = steps.filter((step) => step.isDone).length;
  const next = steps.findIndex((step) => !step.isDone);
  const said = text.stepsDone(done, steps.length);
  return (
    <Card withBorder padding="lg" component="section" aria-label={text.steps}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {text.steps}
        </Title>
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {said}
          </Text>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onHide}>
            {text.hide}
          </Button>
        </Group>
      </Group>
      <Progress size={4} value={(done / steps.length) * 100} aria-label={said} mb="md" />
      <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
        {steps.map((step, at) => (
          <Row key={step.title} step={step} number={at + 1} isNext={at === next} />
        ))}
      </Stack>
    </Card>
  );
}

function Waiting({ figures, onHide }: { figures: Figures; onHide: () => void }) {
  const client = useApolloClient();
  const { may } = useSession();
  const { issued, dialog } = useKeyDialogs();
  const [isCreating, setCreating] = useState(false);
  const { data } = useQuery(FirstStepsDocument, { fetchPolicy: 'network-only' });
  const [hasWaited, setWaited] = useState(false);
  const isOver = data !== undefined && data.jobs.total > 0;
  // With the call, everything else on the page has changed too.
  usePoll(() => !isOver && client.refetchQueries({ include: 'active' }), POLL_MS);
  if (data && !isOver && !hasWaited) setWaited(true);
  if (!data || (isOver && !hasWaited)) return null;
  const newKey = (label: string): ReactNode =>
    may('key.create') && (
      <Button size="xs" onClick={() => setCreating(true)}>
        {label}
      </Button>
    );
  return (
    <>
      {isOver ? (
        <Arrived found={data} onHide={onHide} />
      ) : (
        <Steps steps={stepsOf(figures, data, newKey)} onHide={onHide} />
      )}
      {isCreating && <CreateKey team={null} onIssued={issued} onClose={() => setCreating(false)} />}
      {dialog}
    </>
  );
}

/**
 * Leads whoever sets the product up from nothing to the first call, and shows it live when it comes. Gone once there was
 * one, or when somebody hides it.
 */
export function FirstSteps({ figures }: { figures: Figures }) {
  const { may } = useSession();
  const [place, setPlace] = useLocalStorage({ key: PLACE, defaultValue: 'shown', getInitialValueInEffect: false });
  // Where calls are made today, nobody needs to be led to the first one; the server is not even asked.
  const [wasQuiet] = useState(figures.calls.count === 0 && figures.jobs.count === 0);
  if (place === 'hidden' || !wasQuiet || !may('organization.create')) return null;
  return <Waiting figures={figures} onHide={() => setPlace('hidden')} />;
}
