import { useQuery } from '@apollo/client/react';
import { Button, Card, CopyButton, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Facts } from '../../components/facts.js';
import { type Column, type ListSource, ListView } from '../../components/list/index.js';
import { ErrorState } from '../../components/states.js';
import { CopyableId, Count, Instant } from '../../components/values.js';
import {
  AuditCheckpointsDocument,
  type AuditCheckpointsQuery,
  type AuditCheckpointsQueryVariables,
  AuditSigningKeyDocument,
} from '../../gql/audit.js';
import { text } from './text.js';

type Checkpoint = AuditCheckpointsQuery['auditCheckpoints']['items'][number];
type Row = Checkpoint & { readonly id: string };

const SKELETON = 130;
const HASH_SHOWN = 16;

const source: ListSource<Row, AuditCheckpointsQuery, AuditCheckpointsQueryVariables> = {
  document: AuditCheckpointsDocument,
  variables: ({ size, after }) => ({ first: size, after }),
  page: ({ auditCheckpoints: { items, ...page } }) => ({
    ...page,
    items: items.map((item) => ({ ...item, id: String(item.number) })),
  }),
};

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'number',
    title: text.checkpointNumber,
    width: 100,
    render: (row) => <Count value={row.number} />,
    value: (row) => row.number,
  },
  {
    key: 'at',
    title: text.time,
    render: ({ at }) => <Instant at={at} shape="second" />,
    value: ({ at }) => at,
  },
  {
    key: 'entries',
    title: text.checkpointRows,
    align: 'right',
    render: ({ entries }) => <Count value={entries} />,
    value: ({ entries }) => entries,
  },
  {
    key: 'heads',
    title: text.checkpointHeads,
    render: ({ heads }) => (
      <Text size="sm" maw={280} style={{ overflowWrap: 'anywhere' }} lineClamp={2}>
        {heads.map(({ organizationId, sequence }) => `${organizationId ?? text.platform} ${sequence}`).join(', ')}
      </Text>
    ),
    value: ({ heads }) => heads,
  },
  {
    key: 'hash',
    title: text.hash,
    render: ({ hash }) => (
      <Text size="xs" ff="monospace" title={hash}>
        {hash.slice(0, HASH_SHOWN)}
      </Text>
    ),
    value: ({ hash }) => hash,
  },
  {
    key: 'signature',
    title: text.signature,
    isOptional: true,
    render: ({ signature }) => <CopyableId id={signature} />,
    value: ({ signature }) => signature,
  },
];

function SigningKey() {
  const { data, error, refetch } = useQuery(AuditSigningKeyDocument);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton h={SKELETON} />;
  const { pem, fingerprint } = data.auditSigningKey;
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} maw={640}>
          <Title order={2} size="h5">
            {text.signingKey}
          </Title>
          <Text size="sm" c="dimmed">
            {text.signingKeyAbout}
          </Text>
        </Stack>
        <CopyButton value={pem}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? text.copied : text.copyKey}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Stack mt="sm">
        <Facts items={[[text.fingerprint, <CopyableId key="fingerprint" id={fingerprint} />]]} />
      </Stack>
    </Card>
  );
}

/** The signed statements of how far the log had come, and the key that signed them. */
export const Checkpoints = () => (
  <Stack gap="md">
    <SigningKey />
    <ListView
      noun={text.checkpointsNoun}
      source={source}
      columns={COLUMNS}
      defaultSort=""
      empty={{ title: text.checkpointsNone, message: text.checkpointsNoneMessage }}
    />
  </Stack>
);
