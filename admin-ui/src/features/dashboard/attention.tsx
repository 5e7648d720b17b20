import { Anchor, Badge, Card, Center, Group, ScrollArea, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { type Icon, IconAlertCircle, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { DashboardQuery } from '../../gql/dashboard.js';
import { text } from './text.js';

type Finding = DashboardQuery['dashboard']['attention'][number];

const HEIGHT = 300;

const SEVERITIES: Readonly<Record<Finding['severity'], { icon: Icon; color: string }>> = {
  CRITICAL: { icon: IconAlertCircle, color: 'red' },
  WARNING: { icon: IconAlertTriangle, color: 'orange' },
  INFO: { icon: IconInfoCircle, color: 'blue' },
};

const PATHS: Readonly<Record<Finding['linkType'], string>> = {
  TEAM: '/teams',
  KEY: '/keys',
  PROVIDER: '/providers',
  JOB: '/jobs',
};

function Item({ finding: { severity, title, message, linkType, linkId } }: { finding: Finding }) {
  const { icon: SeverityIcon, color } = SEVERITIES[severity];
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" color={color} size={28} radius="xl" aria-hidden>
        <SeverityIcon size={16} />
      </ThemeIcon>
      <div style={{ minWidth: 0 }}>
        <span className="visually-hidden">{text.severities[severity]}</span>
        <Anchor
          component={Link}
          to={`${PATHS[linkType]}/${linkId}`}
          size="sm"
          fw={500}
          style={{ overflowWrap: 'anywhere' }}
        >
          {title}
        </Anchor>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {message}
        </Text>
      </div>
    </Group>
  );
}

const Calm = () => (
  <Center h="100%" mih={150}>
    <Stack align="center" gap={6}>
      <ThemeIcon size={44} radius="xl" variant="light" color="teal" aria-hidden>
        <IconCircleCheck size={24} />
      </ThemeIcon>
      <Text fw={500} size="sm">
        {text.calm}
      </Text>
      <Text size="xs" c="dimmed">
        {text.calmMessage}
      </Text>
    </Stack>
  </Center>
);

/** What somebody should look at, the most urgent first; undefined while it is loading. */
export function Attention({ findings }: { findings: readonly Finding[] | undefined }) {
  return (
    <Card withBorder padding="md" h="100%" component="section" aria-label={text.attention}>
      <Group justify="space-between" mb="md">
        <Title order={2} size="h5">
          {text.attention}
        </Title>
        {findings && findings.length > 0 && (
          <Badge variant="default" tt="none" fw={600}>
            {findings.length}
          </Badge>
        )}
      </Group>
      {!findings && <Skeleton h={160} />}
      {findings?.length === 0 && <Calm />}
      {findings && findings.length > 0 && (
        <ScrollArea.Autosize mah={HEIGHT} type="auto" offsetScrollbars="present">
          <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
            {findings.map((finding) => (
              <Item key={`${finding.kind}:${finding.linkId}`} finding={finding} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      )}
    </Card>
  );
}
