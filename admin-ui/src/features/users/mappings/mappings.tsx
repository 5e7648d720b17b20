import { useMutation } from '@apollo/client/react';
import { ActionIcon, Code, Stack, Text, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { ConfirmByTyping } from '../../../components/confirm-by-typing.js';
import { type Column, type Filter, type ListSource, ListView } from '../../../components/list/index.js';
import { notifyDone } from '../../../components/notify.js';
import { Instant } from '../../../components/values.js';
import {
  DeleteRoleMappingDocument,
  RoleMappingsDocument,
  type RoleMappingsQuery,
  type RoleMappingsQueryVariables,
} from '../../../gql/role-mappings.js';
import { useSession } from '../../../lib/session.js';
import { grantWords } from '../roles.js';
import { text } from '../text.js';

type Row = RoleMappingsQuery['roleMappings']['items'][number];
type Variables = RoleMappingsQueryVariables;

const source: ListSource<Row, RoleMappingsQuery, Variables> = {
  document: RoleMappingsDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    filter: { source: (filters.source as Row['source'] | undefined) ?? null },
  }),
  page: (data) => data.roleMappings,
};

const FILTERS: readonly Filter[] = [
  {
    key: 'source',
    label: text.mappingSource,
    options: [
      { value: 'GROUP', label: text.sources.GROUP },
      { value: 'APP_ROLE', label: text.sources.APP_ROLE },
    ],
  },
];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.displayName,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ displayName }) => (
      <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {displayName}
      </Text>
    ),
    value: ({ displayName }) => displayName,
  },
  {
    key: 'source',
    title: text.mappingSource,
    sort: ['SOURCE_ASC', 'SOURCE_DESC'],
    render: (row) => text.sources[row.source],
    value: (row) => row.source,
  },
  {
    key: 'value',
    title: text.value,
    sort: ['VALUE_ASC', 'VALUE_DESC'],
    render: ({ value }) => <Code style={{ overflowWrap: 'anywhere' }}>{value}</Code>,
    value: ({ value }) => value,
  },
  { key: 'gives', title: text.gives, render: grantWords, value: grantWords },
  {
    key: 'created',
    title: text.created,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="date" />,
    value: ({ createdAt }) => createdAt,
  },
];

function DeleteMapping({ row: { id, displayName, value } }: { row: Row }) {
  const [isAsking, setAsking] = useState(false);
  const [remove] = useMutation(DeleteRoleMappingDocument, {
    variables: { id },
    refetchQueries: [RoleMappingsDocument],
  });
  const label = text.mappingDeleteOf(displayName);
  return (
    <>
      <Tooltip label={label}>
        <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setAsking(true)}>
          <IconTrash size={16} />
        </ActionIcon>
      </Tooltip>
      {isAsking && (
        <ConfirmByTyping
          title={text.mappingDeleteTitle}
          message={text.mappingDeleteMessage(displayName)}
          phrase={value}
          confirmLabel={text.mappingDelete}
          onConfirm={() => remove().then(() => notifyDone(text.mappingDeleted(displayName)))}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

/** What app roles and groups of the directory are worth here. */
export function Mappings({ create }: { create: ReactNode }) {
  const { may } = useSession();
  const rowActions = (row: Row): ReactNode => <DeleteMapping row={row} />;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" maw={760}>
        {text.mappingsAbout}
      </Text>
      <ListView
        noun={text.mappingsNoun}
        source={source}
        columns={COLUMNS}
        defaultSort="CREATED_DESC"
        filters={FILTERS}
        searchLabel={text.mappingsSearch}
        empty={{ title: text.mappingsEmpty, message: text.mappingsEmptyMessage, action: create }}
        {...(may('role_mapping.delete') && { rowActions })}
      />
    </Stack>
  );
}
