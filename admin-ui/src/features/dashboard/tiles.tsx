import { Anchor, Card, Group, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { type Icon, IconBuilding, IconCoins, IconKey, IconUsersGroup } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Change, StatTile } from '../../components/stat-tile.js';
import { Count, Credits, Money } from '../../components/values.js';
import type { DashboardQuery } from '../../gql/dashboard.js';
import { count, percent } from '../../lib/format.js';
import { useSession } from '../../lib/session.js';
import { text } from './text.js';

type Figures = DashboardQuery['dashboard'];

const NOTHING = /^0(\.0*)?$/;

interface SpendProps {
  readonly label: string;
  readonly spend: Figures['spendToday'] | undefined;
  /** Said when there is nothing to compare with. */
  readonly first: string;
}

function Spend({ label, spend, first }: SpendProps) {
  const detail = spend && (
    <>{NOTHING.test(spend.previous) ? first : <Change now={spend.current} before={spend.previous} />}</>
  );
  return <StatTile label={label} value={spend && <Money usd={spend.current} short />} detail={detail} />;
}

/** Money, jobs and errors, each against the time before; undefined while they are loading. */
export function Tiles({ figures }: { figures: Figures | undefined }) {
  const { may } = useSession();
  const { jobs, calls } = figures ?? {};
  const jobsDetail = jobs && (jobs.successRate === null ? text.noneEnded : text.succeeded(percent(jobs.successRate)));
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing={{ base: 'xs', sm: 'md' }}>
      <Spend label={text.spendToday} spend={figures?.spendToday} first={text.sinceYesterday} />
      <Spend label={text.spendMonth} spend={figures?.spendThisMonth} first={text.sinceLastMonth} />
      <StatTile
        label={text.jobs}
        value={jobs && <Count value={jobs.count} />}
        detail={jobsDetail}
        {...(may('job.read') && { to: '/jobs' })}
      />
      <StatTile
        label={text.errorRate}
        value={calls && percent(calls.errorRate ?? 0)}
        detail={calls && (calls.count === 0 ? text.noCalls : text.ofCalls(count(calls.count)))}
      />
    </SimpleGrid>
  );
}

interface ItemProps {
  readonly icon: Icon;
  readonly value: ReactNode;
  readonly noun: string;
  readonly to: string;
}

const Item = ({ icon: ItemIcon, value, noun, to }: ItemProps) => (
  <Group gap={10} wrap="nowrap" w={{ base: '100%', xs: 'auto' }}>
    <ItemIcon size={18} stroke={1.7} aria-hidden style={{ flexShrink: 0 }} />
    <Anchor component={Link} to={to} size="sm" c="var(--mantine-color-text)">
      <Text span fw={650} mr={5}>
        {value}
      </Text>
      <Text span size="sm" c="dimmed">
        {noun}
      </Text>
    </Anchor>
  </Group>
);

/** How much of everything there is, in one line. */
export function Inventory({ figures }: { figures: Figures | undefined }) {
  const { viewer } = useSession();
  if (!figures) return <Skeleton h={52} />;
  const { organizations, teams, activeKeys, creditsInCirculation: credits } = figures;
  return (
    <Card withBorder padding="md" py="sm" component="section" aria-label={text.inventory}>
      <Group justify="space-between" gap="sm">
        {viewer.organizationId === null && (
          <Item
            icon={IconBuilding}
            value={<Count value={organizations} />}
            noun={text.organizations(organizations)}
            to="/organizations"
          />
        )}
        <Item icon={IconUsersGroup} value={<Count value={teams} />} noun={text.teams(teams)} to="/teams" />
        <Item
          icon={IconKey}
          value={<Count value={activeKeys} />}
          noun={text.keys(activeKeys)}
          to="/keys?status=ACTIVE"
        />
        {credits !== null && (
          <Item
            icon={IconCoins}
            value={<Credits amount={credits} />}
            noun={text.credits}
            to="/teams?sort=CREDITS_REMAINING_DESC"
          />
        )}
      </Group>
    </Card>
  );
}
