import { Anchor, Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconMinus, IconPencil, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { Can } from '../../../components/can.js';
import { CreditsBar } from '../../../components/credits-bar.js';
import { Facts } from '../../../components/facts.js';
import { StatTile } from '../../../components/stat-tile.js';
import { Count, Credits, Instant } from '../../../components/values.js';
import { basisPoints } from '../../../lib/decimal.js';
import { count, credits as shown, percent } from '../../../lib/format.js';
import { EditBudget } from '../dialogs/budget-dialog.js';
import { AddCredits, RemoveCredits } from '../dialogs/credit-dialogs.js';
import type { TeamData } from '../team-data.js';
import { text } from '../text.js';
import { CreditHistory } from './credit-history.js';

const ICON = 16;
const WHOLE = 10_000;
const ALIASES_SHOWN = 8;

const Tiles = ({ credits }: { credits: NonNullable<TeamData['credits']> }) => (
  <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
    <StatTile label={text.available} value={<Credits amount={credits.available} />} detail={text.availableHelp} />
    <StatTile label={text.held} value={<Credits amount={credits.held} />} detail={text.heldHelp} />
    <StatTile
      label={text.used}
      value={<Credits amount={credits.used} />}
      detail={text.usedOf(percent(basisPoints(credits.used, credits.allocated) / WHOLE))}
    />
    <StatTile label={text.allocated} value={<Credits amount={credits.allocated} />} detail={text.allocatedHelp} />
  </SimpleGrid>
);

const Block = ({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) => (
  <Card withBorder padding="md">
    <Group justify="space-between" mb="sm" mih={26}>
      <Title order={2} size="h5">
        {title}
      </Title>
      {action}
    </Group>
    {children}
  </Card>
);

const Edit = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <Button
    size="compact-sm"
    variant="default"
    leftSection={<IconPencil size={14} />}
    aria-label={label}
    onClick={onClick}
  >
    {text.edit}
  </Button>
);

function rateOf({ budgetMode, creditsPerDollar, tokensPerCredit }: TeamData): string | null {
  if (budgetMode === 'CONSUMPTION_USD') return text.ratePerDollar(shown(creditsPerDollar));
  return budgetMode === 'CONSUMPTION_TOKENS' ? text.ratePerCredit(count(tokensPerCredit)) : null;
}

function Budget({ team }: { team: TeamData }) {
  const [isEditing, setEditing] = useState(false);
  return (
    <Block
      title={text.budget}
      action={
        <Can action="team.update">
          <Edit label={`${text.edit}: ${text.budget}`} onClick={() => setEditing(true)} />
        </Can>
      }
    >
      <Facts
        items={[
          [text.mode, text.modes[team.budgetMode]],
          [text.rate, rateOf(team)],
          [text.creditMode, team.credits && text.creditModes[team.credits.creditMode]],
        ]}
      />
      <Text size="xs" c="dimmed" mt="xs" mb="md">
        {text.modeHelp[team.budgetMode]}
      </Text>
      {team.credits && <CreditsBar {...team.credits} />}
      {isEditing && <EditBudget team={team} onClose={() => setEditing(false)} />}
    </Block>
  );
}

function MayCall({ team: { allowedAliases, defaultAlias } }: { team: TeamData }) {
  const shownAliases = allowedAliases.slice(0, ALIASES_SHOWN);
  const more = allowedAliases.length - shownAliases.length;
  if (shownAliases.length === 0) return text.mayCallNothing;
  return (
    <Group gap={6}>
      {shownAliases.map((name) => (
        <Badge
          key={name}
          variant={name === defaultAlias ? 'light' : 'default'}
          color="indigo"
          tt="none"
          fw={500}
          radius="sm"
          title={name === defaultAlias ? text.defaultAlias : undefined}
        >
          {name}
        </Badge>
      ))}
      {more > 0 && (
        <Anchor component={Link} to="?tab=access" size="sm">
          {text.andMore(more)}
        </Anchor>
      )}
    </Group>
  );
}

const TeamFacts = ({ team }: { team: TeamData }) => (
  <Block title={text.facts}>
    <Facts
      items={[
        [text.mayCall, <MayCall key="may" team={team} />],
        [text.defaultAlias, team.defaultAlias ?? text.noDefaultAlias],
        [text.activeKeys, <Count key="keys" value={team.activeKeyCount} />],
        [text.created, <Instant key="created" at={team.createdAt} />],
        [text.changed, <Instant key="changed" at={team.updatedAt} />],
      ]}
    />
  </Block>
);

function CreditSection({ team, credits }: { team: TeamData; credits: NonNullable<TeamData['credits']> }) {
  const [moving, setMoving] = useState<'add' | 'remove' | null>(null);
  const close = (): void => setMoving(null);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {text.history}
        </Title>
        <Group gap="xs">
          <Can action="credit.remove">
            <Button variant="default" leftSection={<IconMinus size={ICON} />} onClick={() => setMoving('remove')}>
              {text.removeCredits}
            </Button>
          </Can>
          <Can action="credit.add">
            <Button leftSection={<IconPlus size={ICON} />} onClick={() => setMoving('add')}>
              {text.addCredits}
            </Button>
          </Can>
        </Group>
      </Group>
      <CreditHistory teamId={team.id} />
      {moving === 'add' && <AddCredits team={team} help={text.addHelp(shown(credits.remaining))} onClose={close} />}
      {moving === 'remove' && (
        <RemoveCredits team={team} help={text.removeHelp(shown(credits.available))} onClose={close} />
      )}
    </Stack>
  );
}

/** What the team has to spend, how it spends it, and every movement of its credits. */
export const OverviewTab = ({ team }: { team: TeamData }) => (
  <Stack gap="md">
    {team.credits && <Tiles credits={team.credits} />}
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Budget team={team} />
      <TeamFacts team={team} />
    </SimpleGrid>
    {team.credits && <CreditSection team={team} credits={team.credits} />}
  </Stack>
);
