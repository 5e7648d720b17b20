import { useMutation, useQuery } from '@apollo/client/react';
import { Anchor, Badge, Button, Card, Grid, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { Price } from '../../../components/catalog/price.js';
import { EntityMultiSelect } from '../../../components/entity-select.js';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { ScrollTable } from '../../../components/scroll-table.js';
import { EmptyState, ErrorState } from '../../../components/states.js';
import { StatusBadge } from '../../../components/values.js';
import { SetTeamAccessDocument, TeamAccessDocument, type TeamAccessQuery, TeamDocument } from '../../../gql/team.js';
import { useSession } from '../../../lib/session.js';
import type { TeamData } from '../team-data.js';
import { text } from '../text.js';

type Group_ = TeamAccessQuery['team']['accessGroups'][number];
type Alias = Group_['aliases'][number];

interface Given {
  readonly alias: Alias;
  readonly groups: readonly Group_[];
}

const SKELETON = 240;
const HEAD = [text.alias, text.through, text.priceIn, text.priceOut];

/** Aliases that calls reach: those that are active, through groups that are active. */
function givenBy(groups: readonly Group_[]): Given[] {
  const byName = new Map<string, Given>();
  for (const group of groups.filter(({ status }) => status === 'ACTIVE'))
    for (const alias of group.aliases.filter(({ status }) => status === 'ACTIVE')) {
      const before = byName.get(alias.name)?.groups ?? [];
      byName.set(alias.name, { alias, groups: [...before, group] });
    }
  return [...byName.values()].sort((a, b) => a.alias.name.localeCompare(b.alias.name));
}

const GroupRow = ({ group }: { group: Group_ }) => (
  <Stack gap={2}>
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Anchor component={Link} to={`/model-access/${group.id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {group.displayName}
      </Anchor>
      {group.status === 'ACTIVE' ? (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {text.groupAliases(group.aliases.length)}
        </Text>
      ) : (
        <StatusBadge status={group.status} />
      )}
    </Group>
    <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {group.status === 'ACTIVE' ? (group.description ?? group.id) : text.groupInactive}
    </Text>
  </Stack>
);

const Prices = ({ prices }: { prices: Alias['currentPrice'] }) =>
  prices ? (
    <>
      <Table.Td ta="right">
        <Price prices={prices} of="input" />
      </Table.Td>
      <Table.Td ta="right">
        <Price prices={prices} of="output" />
      </Table.Td>
    </>
  ) : (
    <Table.Td colSpan={2} ta="right" c="dimmed">
      {text.noPrice}
    </Table.Td>
  );

const AliasRow = ({ given: { alias, groups }, isDefault }: { given: Given; isDefault: boolean }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor component={Link} to={`/model-aliases/${alias.id}`} size="sm" fw={500}>
        {alias.name}
      </Anchor>{' '}
      {isDefault && (
        <Badge size="xs" variant="light" tt="none">
          {text.isDefaultAlias}
        </Badge>
      )}
      {alias.displayName !== alias.name && (
        <Text size="xs" c="dimmed">
          {alias.displayName}
        </Text>
      )}
    </Table.Td>
    <Table.Td>{groups.map(({ displayName }) => displayName).join(', ')}</Table.Td>
    <Prices prices={alias.currentPrice} />
  </Table.Tr>
);

const Aliases = ({ given, defaultAlias }: { given: readonly Given[]; defaultAlias: string | null }) => (
  <ScrollTable label={text.aliases} minWidth={480}>
    <Table verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          {HEAD.map((name, at) => (
            <Table.Th key={name} ta={at > 1 ? 'right' : 'left'} title={at > 1 ? text.perMillion : undefined}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {given.map((each) => (
          <AliasRow key={each.alias.id} given={each} isDefault={each.alias.name === defaultAlias} />
        ))}
      </Table.Tbody>
    </Table>
  </ScrollTable>
);

function EditAccess({ team, groups, onClose }: { team: TeamData; groups: readonly Group_[]; onClose: () => void }) {
  const [save] = useMutation(SetTeamAccessDocument, { refetchQueries: [TeamAccessDocument, TeamDocument] });
  const before = groups.map(({ id }) => id);
  const set = (accessGroupIds: string[]) => save({ variables: { teamId: team.id, accessGroupIds } });
  const submit = async ({ accessGroupIds }: { accessGroupIds: string[] }): Promise<void> => {
    await set(accessGroupIds);
    notifyDone(text.accessSaved, () => set(before));
  };
  return (
    <FormDialog
      title={text.accessTitle(team.name)}
      initial={{ accessGroupIds: before }}
      submitLabel={text.save}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <EntityMultiSelect
          data-autofocus
          kind="access_group"
          label={text.accessGroups}
          description={text.accessGroupsHelp}
          {...form.getInputProps('accessGroupIds')}
          value={form.values.accessGroupIds}
        />
      )}
    </FormDialog>
  );
}

function Granted({ team, groups, edit }: { team: TeamData; groups: readonly Group_[]; edit: ReactNode }) {
  const given = givenBy(groups);
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Card withBorder padding="md">
          <Group justify="space-between" mb="sm">
            <Title order={2} size="h5">
              {text.granted}
            </Title>
            {edit}
          </Group>
          <Stack gap="sm">
            {groups.map((group) => (
              <GroupRow key={group.id} group={group} />
            ))}
          </Stack>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Card withBorder padding="md">
          <Group justify="space-between" mb="xs" mih={26} gap="xs">
            <Title order={2} size="h5">
              {text.aliases}
            </Title>
            <Text size="xs" c="dimmed">
              {text.perMillion}
            </Text>
          </Group>
          {given.length === 0 ? (
            <Text size="sm" c="dimmed">
              {text.noAliases}
            </Text>
          ) : (
            <Aliases given={given} defaultAlias={team.defaultAlias} />
          )}
        </Card>
      </Grid.Col>
    </Grid>
  );
}

/** The access groups of the team, and the aliases that they give it. */
export function AccessTab({ team }: { team: TeamData }) {
  const { may } = useSession();
  const [isEditing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(TeamAccessDocument, { variables: { id: team.id } });
  if (!data) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={SKELETON} />;
  const groups = data.team.accessGroups;
  const isEmpty = groups.length === 0;
  const edit = may('team.grant_access') && (
    <Button
      size={isEmpty ? 'sm' : 'compact-sm'}
      variant={isEmpty ? 'filled' : 'default'}
      leftSection={<IconPencil size={14} />}
      onClick={() => setEditing(true)}
    >
      {text.editAccess}
    </Button>
  );
  return (
    <>
      {isEmpty ? (
        <EmptyState title={text.noGroups} message={text.noGroupsMessage} action={edit} />
      ) : (
        <Granted team={team} groups={groups} edit={edit} />
      )}
      {isEditing && <EditAccess team={team} groups={groups} onClose={() => setEditing(false)} />}
    </>
  );
}
