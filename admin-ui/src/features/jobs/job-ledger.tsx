import { useQuery } from '@apollo/client/react';
import { Skeleton, Stack, Table, Text } from '@mantine/core';
import { ScrollTable } from '../../components/scroll-table.js';
import { ErrorState } from '../../components/states.js';
import { Credits, Instant } from '../../components/values.js';
import { JobLedgerDocument } from '../../gql/job-ledger.js';
import { words } from '../../lib/format.js';
import { text } from './text.js';

const SKELETON = 90;

/** What the job moved on the credit account of its team, straight from the ledger. */
export function JobLedger({ teamId, jobId }: { teamId: string; jobId: string }) {
  const { data, error, refetch } = useQuery(JobLedgerDocument, { variables: { teamId, jobId } });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={SKELETON} />;
  const { items } = data.creditTransactions;
  if (items.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {text.ledgerNothing}
      </Text>
    );
  return (
    <ScrollTable label={text.ledger} minWidth={280}>
      <Table verticalSpacing={6} horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.ledgerMoved}</Table.Th>
            <Table.Th ta="right">{text.ledgerAmount}</Table.Th>
            <Table.Th ta="right">{text.ledgerBalance}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.id}>
              <Table.Td>
                <Stack gap={0}>
                  {words(item.kind)}
                  <Text size="xs" c="dimmed">
                    <Instant at={item.createdAt} shape="second" />
                  </Text>
                </Stack>
              </Table.Td>
              <Table.Td ta="right">
                <Credits amount={item.amount} />
              </Table.Td>
              <Table.Td ta="right">
                <Credits amount={item.balanceAfter} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollTable>
  );
}
