import { Alert, Anchor, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'react-router';
import { isSimulator, SimulatorMark } from '../../../components/catalog/provider-marks.js';
import { Facts } from '../../../components/facts.js';
import { ScrollTable } from '../../../components/scroll-table.js';
import { Credits, Money, StatusBadge } from '../../../components/values.js';
import type { TestAliasMutation } from '../../../gql/alias.js';
import { count, duration, words } from '../../../lib/format.js';
import { text } from '../text.js';

type Outcome = TestAliasMutation['testAlias'];
type Attempt = Outcome['attempts'][number];

const AttemptRow = ({ attempt, at }: { attempt: Attempt; at: number }) => (
  <Table.Tr>
    <Table.Td>{at + 1}</Table.Td>
    <Table.Td style={{ overflowWrap: 'anywhere' }}>{attempt.providerName ?? text.unknown}</Table.Td>
    <Table.Td style={{ overflowWrap: 'anywhere' }}>{attempt.modelName ?? text.unknown}</Table.Td>
    <Table.Td>
      {attempt.error ? (
        <>
          <StatusBadge status="FAILED" />
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {text.testAttempt(words(attempt.error), attempt.status)}
          </Text>
        </>
      ) : (
        <StatusBadge status="SUCCESS" />
      )}
    </Table.Td>
    <Table.Td ta="right">{attempt.latencyMs === null ? text.unknown : duration(attempt.latencyMs)}</Table.Td>
  </Table.Tr>
);

const Attempts = ({ attempts }: { attempts: readonly Attempt[] }) => (
  <ScrollTable label={text.testAttempts} minWidth={460}>
    <Table verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={36}>{text.number}</Table.Th>
          <Table.Th>{text.testProvider}</Table.Th>
          <Table.Th>{text.testModel}</Table.Th>
          <Table.Th>{text.outcome}</Table.Th>
          <Table.Th ta="right">{text.testLatency}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {attempts.map((attempt, at) => (
          <AttemptRow key={attempt.id} attempt={attempt} at={at} />
        ))}
      </Table.Tbody>
    </Table>
  </ScrollTable>
);

const Answer = ({ outcome }: { outcome: Outcome }) =>
  outcome.errorCode ? (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={text.testFailed}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {outcome.errorMessage}
      </Text>
    </Alert>
  ) : (
    <div>
      <Title order={2} size="h5" mb={6}>
        {text.testAnswer}
      </Title>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {outcome.text ?? text.testNoText}
      </Text>
    </div>
  );

/** What came of a test call: the answer, who gave it, and what it cost. */
export const TestResult = ({ outcome }: { outcome: Outcome }) => (
  <Card withBorder padding="md" role="status">
    <Stack gap="md">
      <Answer outcome={outcome} />
      <Facts
        items={[
          [
            text.testModel,
            outcome.model && (
              <Group gap={8}>
                {outcome.model.name}
                {isSimulator(outcome.model.providerKind) && <SimulatorMark />}
              </Group>
            ),
          ],
          [text.testProvider, outcome.provider?.name],
          [text.testLatency, outcome.latencyMs === null ? null : duration(outcome.latencyMs)],
          [text.testTokensUsed, text.testTokensInOut(count(outcome.tokensIn), count(outcome.tokensOut))],
          [text.testCost, <Money key="cost" usd={outcome.cost} />],
          [text.testCredits, <Credits key="credits" amount={outcome.creditsCharged} />],
          [
            text.testJob,
            <Anchor key="job" component={Link} to={`/jobs/${outcome.jobId}`} size="sm">
              {text.testJobOpen}
            </Anchor>,
          ],
        ]}
      />
      <Attempts attempts={outcome.attempts} />
    </Stack>
  </Card>
);
