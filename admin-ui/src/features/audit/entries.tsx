import { Anchor, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { type Column, type Filter, type ListSource, ListView } from '../../components/list/index.js';
import { Instant, StatusBadge } from '../../components/values.js';
import { AuditEntriesDocument, type AuditEntriesQuery, type AuditEntriesQueryVariables } from '../../gql/audit.js';
import { Actor } from './actor.js';
import { AuditExport } from './filters/audit-export.js';
import { AuditFilters } from './filters/audit-filters.js';
import { auditFilter, typeWords } from './filters/audit-query.js';
import { EntryDrawer } from './entry/entry-drawer.js';
import { text } from './text.js';

type Row = AuditEntriesQuery['auditEntries']['items'][number];
type Variables = AuditEntriesQueryVariables;

const MESSAGE_WIDTH = 260;
const NAME_WIDTH = 190;
const ENTRY = 'entry';

const source: ListSource<Row, AuditEntriesQuery, Variables> = {
  document: AuditEntriesDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    filter: auditFilter(filters),
  }),
  page: (data) => data.auditEntries,
};

const FILTERS: readonly Filter[] = [
  {
    key: 'status',
    label: text.status,
    options: Object.entries(text.statuses).map(([value, label]) => ({ value, label })),
  },
];

/** The action of a row, which opens the row beside the log and keeps the rest of the address. */
function ActionLink({ row }: { row: Row }) {
  const [params] = useSearchParams();
  const to = new URLSearchParams(params);
  to.set(ENTRY, row.id);
  return (
    <Anchor component={Link} to={`?${to.toString()}`} size="sm" fw={500} preventScrollReset>
      {row.action}
    </Anchor>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'at',
    title: text.time,
    sort: ['OLDEST', 'NEWEST'],
    render: ({ at }) => <Instant at={at} shape="second" />,
    value: ({ at }) => at,
  },
  {
    key: 'actor',
    title: text.actor,
    render: (row) => <Actor {...row} isShort />,
    value: ({ actorName }) => actorName,
  },
  {
    key: 'action',
    title: text.action,
    render: (row) => <ActionLink row={row} />,
    value: ({ action }) => action,
  },
  {
    key: 'entity',
    title: text.entity,
    render: ({ entityType, entityName, entityId }) => (
      <>
        <Text size="sm" truncate maw={NAME_WIDTH} title={entityName ?? entityId ?? undefined}>
          {entityName ?? entityId ?? (entityType ? typeWords(entityType) : text.none)}
        </Text>
        {entityType && (entityName ?? entityId) && (
          <Text size="xs" c="dimmed">
            {typeWords(entityType)}
          </Text>
        )}
      </>
    ),
    value: ({ entityId }) => entityId,
  },
  {
    key: 'status',
    title: text.status,
    render: ({ status }) => <StatusBadge status={status} />,
    value: ({ status }) => status,
  },
  {
    key: 'message',
    title: text.message,
    render: ({ message }) => (
      <Text size="sm" maw={MESSAGE_WIDTH} lineClamp={2} title={message ?? undefined}>
        {message}
      </Text>
    ),
    value: ({ message }) => message,
  },
  {
    key: 'address',
    title: text.address,
    render: ({ address }) => (
      <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
        {address}
      </Text>
    ),
    value: ({ address }) => address,
  },
  {
    key: 'organization',
    title: text.organization,
    isOptional: true,
    render: ({ organizationId }) => organizationId ?? text.platform,
    value: ({ organizationId }) => organizationId,
  },
  {
    key: 'request',
    title: text.requestId,
    isOptional: true,
    render: ({ requestId }) => requestId,
    value: ({ requestId }) => requestId,
  },
  {
    key: 'client',
    title: text.userAgent,
    isOptional: true,
    render: ({ userAgent }) => (
      <Text size="sm" maw={MESSAGE_WIDTH} lineClamp={2}>
        {userAgent}
      </Text>
    ),
    value: ({ userAgent }) => userAgent,
  },
  {
    key: 'sequence',
    title: text.sequence,
    align: 'right',
    isOptional: true,
    render: ({ sequence }) => sequence,
    value: ({ sequence }) => sequence,
  },
];

/** The rows of the log, and the one that the address bar names beside them. */
export function Entries() {
  const [params, setParams] = useSearchParams();
  const open = params.get(ENTRY);
  const close = (): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete(ENTRY);
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <ListView
        noun={text.noun}
        source={source}
        columns={COLUMNS}
        defaultSort="NEWEST"
        filters={FILTERS}
        searchLabel={text.search}
        extraFilters={<AuditFilters />}
        exportMenu={<AuditExport />}
        empty={{ title: text.noEntries, message: text.noEntriesMessage }}
      />
      {open && <EntryDrawer key={open} id={open} onClose={close} />}
    </>
  );
}
