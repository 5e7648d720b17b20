import { useMutation } from '@apollo/client/react';
import { ActionIcon, Anchor, Button, Group, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconUnlink } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { Price } from '../../components/catalog/price.js';
import { isSimulator, kindName, SimulatorMark } from '../../components/catalog/provider-marks.js';
import { type Column, type ListSource, ListView } from '../../components/list/index.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { StatusBadge } from '../../components/values.js';
import {
  AccessGroupAliasesDocument,
  type AccessGroupAliasesQuery,
  type AccessGroupAliasesQueryVariables,
  AccessGroupDocument,
  AddAliasToGroupDocument,
  RemoveAliasFromGroupDocument,
} from '../../gql/access-group.js';
import { useSession } from '../../lib/session.js';
import { AddAliases, type Details } from './group-dialogs.js';
import { text } from './text.js';

type Row = AccessGroupAliasesQuery['aliases']['items'][number];

const ICON = 16;
const REFETCH = { refetchQueries: [AccessGroupDocument, AccessGroupAliasesDocument] };

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.alias,
    render: ({ id, name, displayName }) => (
      <>
        <Anchor component={Link} to={`/model-aliases/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Anchor>
        {displayName !== name && (
          <Text size="xs" c="dimmed">
            {displayName}
          </Text>
        )}
      </>
    ),
    value: (row) => row.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
  },
  {
    key: 'kinds',
    title: text.kinds,
    render: ({ providerKinds }) => (
      <Group gap={6}>
        {providerKinds.map((kind) =>
          isSimulator(kind) ? <SimulatorMark key={kind} /> : <span key={kind}>{kindName(kind)}</span>,
        )}
      </Group>
    ),
    value: (row) => row.providerKinds.join(' '),
    sort: ['PROVIDER_ASC', 'PROVIDER_DESC'],
  },
  {
    key: 'input_price',
    title: text.inputPrice,
    align: 'right',
    render: (row) => <Price prices={row.currentPrice} of="input" />,
    value: (row) => row.currentPrice?.input,
    sort: ['INPUT_PRICE_ASC', 'INPUT_PRICE_DESC'],
  },
  {
    key: 'output_price',
    title: text.outputPrice,
    align: 'right',
    render: (row) => <Price prices={row.currentPrice} of="output" />,
    value: (row) => row.currentPrice?.output,
    sort: ['OUTPUT_PRICE_ASC', 'OUTPUT_PRICE_DESC'],
  },
  {
    key: 'status',
    title: text.status,
    render: (row) => <StatusBadge status={row.status} />,
    value: (row) => row.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
  },
];

const sourceOf = (
  accessGroupId: string,
): ListSource<Row, AccessGroupAliasesQuery, AccessGroupAliasesQueryVariables> => ({
  document: AccessGroupAliasesDocument,
  variables: ({ size, after, search, sort }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as AccessGroupAliasesQueryVariables['orderBy'],
    accessGroupId,
  }),
  page: (data) => data.aliases,
});

/** Takes one alias out; the toast offers the way back. */
function useTakeOut(groupId: string) {
  const [remove] = useMutation(RemoveAliasFromGroupDocument);
  const [add] = useMutation(AddAliasToGroupDocument, REFETCH);
  const takeOut = async ({ id: aliasId, name }: Row): Promise<void> => {
    const variables = { id: groupId, aliasId };
    try {
      await remove({ variables, ...REFETCH });
      notifyDone(text.takenOut(name), () => add({ variables }));
    } catch (error) {
      notifyFailed(error);
    }
  };
  return { takeOut, remove: ({ id: aliasId }: Row) => remove({ variables: { id: groupId, aliasId } }) };
}

const TakeOut = ({ row, onClick }: { row: Row; onClick: () => void }) => (
  <Tooltip label={text.takeOut}>
    <ActionIcon variant="subtle" color="gray" aria-label={text.takeOutOne(row.name)} onClick={onClick}>
      <IconUnlink size={ICON} />
    </ActionIcon>
  </Tooltip>
);

/** The aliases of a group: what its teams may call. */
export function GroupAliases({ group }: { group: Details }) {
  const mayChange = useSession().may('access_group.update');
  const [isAdding, { open, close }] = useDisclosure();
  const { takeOut, remove } = useTakeOut(group.id);
  const add = (
    <Can action="access_group.update">
      <Button leftSection={<IconPlus size={ICON} />} onClick={open}>
        {text.addAliases}
      </Button>
    </Can>
  );
  const confirm = { title: text.takeOutMany, message: text.takeOutMessage, phrase: text.takeOutPhrase };
  return (
    <>
      <ListView
        noun="access-group-aliases"
        source={sourceOf(group.id)}
        columns={COLUMNS}
        defaultSort="NAME_ASC"
        searchLabel={text.aliasesSearch}
        extraFilters={add}
        empty={{ title: text.aliasesEmptyTitle, message: text.aliasesEmptyMessage, action: add }}
        {...(mayChange && {
          bulk: [{ label: text.takeOut, icon: <IconUnlink size={ICON} />, danger: true, confirm, run: remove }],
          rowActions: (row: Row) => <TakeOut row={row} onClick={() => void takeOut(row)} />,
        })}
      />
      {isAdding && <AddAliases group={group} onClose={close} />}
    </>
  );
}
