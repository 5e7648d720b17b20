import { useQuery } from '@apollo/client/react';
import { Anchor, Code, Group, Paper, Skeleton, Stack, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { AuditTrailDocument, type AuditTrailQuery } from '../gql/audit-trail.js';
import { count } from '../lib/format.js';
import { ScrollTable } from './scroll-table.js';
import { EmptyState, ErrorState } from './states.js';
import { text } from './text.js';
import { Instant, StatusBadge } from './values.js';

type Entry = AuditTrailQuery['auditEntries']['items'][number];

const SKELETON = 240;

type AuditTrailProps =
  | { readonly entityType: string; readonly entityId: string }
  /** All that concerns an organization and what it owns. */
  | { readonly organizationId: string }
  /** All that somebody did. */
  | { readonly actorId: string };

/** The filter, and the same as the address of the audit log has it. */
function narrowed(props: AuditTrailProps) {
  if ('entityId' in props)
    return { filter: { entityTypes: [props.entityType], entityId: props.entityId }, query: props };
  if ('actorId' in props) return { filter: { actorIds: [props.actorId] }, query: { actor: props.actorId } };
  return { filter: props, query: props };
}

const Row = ({ entry, hasEntity }: { entry: Entry; hasEntity: boolean }) => (
  <Table.Tr>
    <Table.Td>
      <Instant at={entry.at} shape="second" />
    </Table.Td>
    <Table.Td style={{ overflowWrap: 'anywhere' }}>
      {entry.actorName}
      {entry.actorEmail && entry.actorEmail !== entry.actorName && (
        <Text size="xs" c="dimmed">
          {entry.actorEmail}
        </Text>
      )}
    </Table.Td>
    <Table.Td>
      <Code>{entry.action}</Code>
    </Table.Td>
    {hasEntity && (
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {entry.entityName ?? entry.entityId}
        <Text size="xs" c="dimmed">
          {entry.entityType}
        </Text>
      </Table.Td>
    )}
    <Table.Td>
      <StatusBadge status={entry.status} />
      {entry.message && (
        <Text size="xs" c="dimmed" mt={2} style={{ overflowWrap: 'anywhere' }}>
          {entry.message}
        </Text>
      )}
    </Table.Td>
  </Table.Tr>
);

/** The newest entries of the audit log about one thing, one organization or one person, and the way to all of them. */
export function AuditTrail({ label = text.auditNewest, ...props }: AuditTrailProps & { label?: string }) {
  const isOfOne = 'entityId' in props;
  const { filter, query } = narrowed(props);
  const { data, error, refetch } = useQuery(AuditTrailDocument, { variables: { filter } });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={SKELETON} />;
  const { items, total } = data.auditEntries;
  if (total === 0) return <EmptyState title={text.auditEmpty} message={text.auditEmptyMessage} />;
  const head = [text.when, text.who, text.action, ...(isOfOne ? [] : [text.what]), text.outcome];
  return (
    <Stack gap="sm">
      <Paper withBorder style={{ overflow: 'hidden' }}>
        <ScrollTable label={label} minWidth={isOfOne ? 640 : 820}>
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                {head.map((name) => (
                  <Table.Th key={name}>{name}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((entry) => (
                <Row key={entry.id} entry={entry} hasEntity={!isOfOne} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollTable>
      </Paper>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {text.auditShown(items.length, count(total))}
        </Text>
        <Anchor component={Link} to={`/audit?${new URLSearchParams(query).toString()}`} size="sm">
          {text.auditAll}
        </Anchor>
      </Group>
    </Stack>
  );
}
