import { useMutation } from '@apollo/client/react';
import { ActionIcon, Anchor, Box, Button, Card, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconUnlink } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { StatusBadge } from '../../components/values.js';
import { AliasDocument } from '../../gql/alias.js';
import { PutAliasIntoGroupDocument, TakeAliasFromGroupDocument } from '../../gql/aliases.js';
import { AddToGroups } from './alias-dialogs.js';
import type { Details } from './targets/chain.js';
import { text } from './text.js';

type Member = Details['accessGroups'][number];

const ICON = 16;
const REFETCH = { refetchQueries: [AliasDocument] };

/** Takes the alias out of a group; the toast offers the way back. */
function useTakeOut(aliasId: string): (group: Member) => Promise<void> {
  const [take] = useMutation(TakeAliasFromGroupDocument, REFETCH);
  const [put] = useMutation(PutAliasIntoGroupDocument, REFETCH);
  return async ({ id: accessGroupId, displayName }) => {
    const variables = { accessGroupId, aliasId };
    try {
      await take({ variables });
      notifyDone(text.groupTakenOut(displayName), () => put({ variables }));
    } catch (error) {
      notifyFailed(error);
    }
  };
}

const Row = ({ group, onTakeOut }: { group: Member; onTakeOut: () => void }) => (
  <Group justify="space-between" wrap="nowrap" component="li">
    <Box miw={0}>
      <Group gap={8}>
        <Anchor component={Link} to={`/model-access/${group.id}`} size="sm" fw={500}>
          {group.displayName}
        </Anchor>
        {group.status !== 'ACTIVE' && <StatusBadge status={group.status} />}
      </Group>
      <Text size="xs" c="dimmed">
        {text.groupTeams(group.teamCount)}
      </Text>
    </Box>
    <Can action="access_group.update">
      <Tooltip label={text.groupTakeOut(group.displayName)}>
        <ActionIcon variant="subtle" color="gray" aria-label={text.groupTakeOut(group.displayName)} onClick={onTakeOut}>
          <IconUnlink size={ICON} />
        </ActionIcon>
      </Tooltip>
    </Can>
  </Group>
);

/** The groups that hold an alias, which decide who may call it. */
export function GroupsCard({ alias }: { alias: Details }) {
  const [isAdding, { open, close }] = useDisclosure();
  const takeOut = useTakeOut(alias.id);
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {text.accessGroups}
        </Title>
        <Can action="access_group.update">
          <Button variant="default" size="xs" leftSection={<IconPlus size={ICON} />} onClick={open}>
            {text.groupsAdd}
          </Button>
        </Can>
      </Group>
      {alias.accessGroups.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.groupsEmpty}
        </Text>
      ) : (
        <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {alias.accessGroups.map((group) => (
            <Row key={group.id} group={group} onTakeOut={() => void takeOut(group)} />
          ))}
        </Stack>
      )}
      {isAdding && <AddToGroups alias={alias} onClose={close} />}
    </Card>
  );
}
