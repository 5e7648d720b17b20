import { Alert, Anchor, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Facts } from '../../../components/facts.js';
import { ScrollTable } from '../../../components/scroll-table.js';
import { CopyableId, Count, Instant, Money, StatusBadge } from '../../../components/values.js';
import { duration, words } from '../../../lib/format.js';
import { text } from '../text.js';
import { CallContent } from './call-content.js';
import type { Call } from './timeline.js';

type Attempt = Call['attempts'][number];

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <Stack gap={6}>
    <Title order={4} size="h6">
      {title}
    </Title>
    {children}
  </Stack>
);

/** A link for those who see where it leads; the name is there only for them. */
const Named = ({ thing, place }: { thing: { id: string; name: string } | null; place: string }) =>
  thing && (
    <Anchor component={Link} to={`${place}/${thing.id}`} size="sm">
      {thing.name}
    </Anchor>
  );

const About = ({ call }: { call: Call }) => (
  <Facts
    items={[
      [text.outcome, <StatusBadge key="outcome" status={call.outcome ?? call.state} />],
      [text.model, call.model && <Named thing={call.model} place="/models" />],
      [text.provider, call.provider && <Named thing={call.provider} place="/providers" />],
      [text.answer, call.streamed ? text.streamed : text.whole],
      [text.finishReason, call.finishReason],
      [text.purpose, call.purpose],
      [text.user, call.userId],
      [text.started, <Instant key="started" at={call.createdAt} shape="second" />],
      [text.latency, call.latencyMs === null ? null : duration(call.latencyMs)],
      [text.callId, <CopyableId key="id" id={call.id} />],
    ]}
  />
);

/** A small table whose first column is words and whose others are figures. */
const Figures = ({ rows, label }: { rows: readonly (readonly [string, ReactNode])[]; label: string }) => (
  <Table verticalSpacing={4} horizontalSpacing={0} aria-label={label}>
    <Table.Tbody>
      {rows.map(([name, value]) => (
        <Table.Tr key={name}>
          <Table.Th fw={400} c="dimmed">
            {name}
          </Table.Th>
          <Table.Td ta="right">{value}</Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);

function Usage({ call }: { call: Call }) {
  const classes = Object.entries(call.usage as Record<string, number | string>);
  return (
    <Section title={text.usage}>
      {classes.length === 0 ? (
        <Text size="sm">{text.none}</Text>
      ) : (
        <Figures
          label={text.usage}
          rows={classes.map(([name, units]) => [words(name), <Count key={name} value={units} />])}
        />
      )}
      {call.usageSource && (
        <Text size="xs" c="dimmed">
          {text.sources[call.usageSource] ?? call.usageSource}
        </Text>
      )}
    </Section>
  );
}

function Cost({ call }: { call: Call }) {
  const { chargedCost, providerCost, margin } = call;
  const faces = [
    [text.providerCost, providerCost],
    [text.chargedCost, chargedCost],
    [text.margin, margin],
  ] as const;
  const rows = faces.flatMap(([name, usd]) => (usd === null ? [] : [[name, <Money key={name} usd={usd} />] as const]));
  return (
    <Section title={text.costFaces}>
      <Figures label={text.costFaces} rows={rows} />
    </Section>
  );
}

const AttemptRow = ({ attempt, number }: { attempt: Attempt; number: number }) => (
  <Table.Tr>
    <Table.Td>{number}</Table.Td>
    <Table.Td>
      {attempt.providerName ?? text.none}
      {attempt.modelName && (
        <Text size="xs" c="dimmed">
          {attempt.modelName}
        </Text>
      )}
    </Table.Td>
    <Table.Td>
      <StatusBadge status={attempt.error === null ? 'SUCCESS' : 'FAILED'} />
      {attempt.error && (
        <Text size="xs" c="dimmed" mt={2} style={{ overflowWrap: 'anywhere' }}>
          {[words(attempt.error), attempt.status && text.httpStatus(attempt.status), attempt.message]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      )}
    </Table.Td>
    <Table.Td ta="right">{attempt.latencyMs === null ? text.none : duration(attempt.latencyMs)}</Table.Td>
  </Table.Tr>
);

const Attempts = ({ attempts }: { attempts: readonly Attempt[] }) => (
  <Section title={text.attempts}>
    <ScrollTable label={text.attempts} minWidth={420}>
      <Table verticalSpacing={6} horizontalSpacing="xs" withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={80}>{text.attempt}</Table.Th>
            <Table.Th>{text.provider}</Table.Th>
            <Table.Th>{text.result}</Table.Th>
            <Table.Th ta="right">{text.latency}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attempts.map((attempt, at) => (
            <AttemptRow key={attempt.id} attempt={attempt} number={at + 1} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollTable>
  </Section>
);

/** Everything that is known of one call: who served it, what it used and cost, and every attempt. */
export const CallDetails = ({ call }: { call: Call }) => (
  <Stack gap="lg" pt="xs">
    {call.errorMessage && (
      <Alert color="red" title={call.errorCode ? words(call.errorCode) : text.error}>
        {call.errorMessage}
      </Alert>
    )}
    <SimpleGrid cols={{ base: 1, md: 3 }} spacing="xl">
      <About call={call} />
      <Usage call={call} />
      <Cost call={call} />
    </SimpleGrid>
    {call.attempts.length > 0 && <Attempts attempts={call.attempts} />}
    {call.bodyUntil && <CallContent callId={call.id} until={call.bodyUntil} />}
  </Stack>
);
