import { Anchor, Card, Table, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { keyState } from '../../components/keys/key-status.js';
import { ScrollTable } from '../../components/scroll-table.js';
import { Instant, StatusBadge } from '../../components/values.js';
import type { KeyQuery } from '../../gql/key.js';
import { text } from './text.js';

type KeyInLine = KeyQuery['key']['lineage'][number];

const HEAD = [text.lastFour, text.status, text.created, text.ends];

const Row = ({ each, isShown }: { each: KeyInLine; isShown: boolean }) => (
  <Table.Tr>
    <Table.Td style={{ whiteSpace: 'nowrap' }}>
      {isShown ? (
        <Text span inherit ff="monospace" fw={600}>
          {text.ending(each.lastFour)}
        </Text>
      ) : (
        <Anchor component={Link} to={`/keys/${each.id}`} size="sm" ff="monospace">
          {text.ending(each.lastFour)}
        </Anchor>
      )}{' '}
      {isShown && (
        <Text span size="xs" c="dimmed">
          {text.thisKey}
        </Text>
      )}
    </Table.Td>
    <Table.Td>
      <StatusBadge status={keyState(each)} />
    </Table.Td>
    <Table.Td>
      <Instant at={each.createdAt} shape="date" />
    </Table.Td>
    <Table.Td>
      <Instant at={each.revokedAt ?? each.expiresAt} shape="date" />
    </Table.Td>
  </Table.Tr>
);

/** Which key replaced which, by rotation. */
export const Lineage = ({ id, lineage }: { id: string; lineage: readonly KeyInLine[] }) => (
  <Card withBorder padding="md">
    <Title order={2} size="h5">
      {text.lineage}
    </Title>
    <Text size="sm" c="dimmed" mt={2} mb="xs">
      {text.lineageAbout}
    </Text>
    <ScrollTable label={text.lineage} minWidth={400}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {HEAD.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lineage.map((each) => (
            <Row key={each.id} each={each} isShown={each.id === id} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollTable>
  </Card>
);
