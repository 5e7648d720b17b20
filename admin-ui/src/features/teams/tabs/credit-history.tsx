import { Anchor, Box, Text } from '@mantine/core';
import { Link } from 'react-router';
import { type Column, type Filter, type ListSource, ListView } from '../../../components/list/index.js';
import { TimeRangeFilter } from '../../../components/time-range.js';
import { Credits, Instant } from '../../../components/values.js';
import {
  CreditHistoryDocument,
  type CreditHistoryQuery,
  type CreditHistoryQueryVariables,
  type LedgerTxKind,
} from '../../../gql/credits.js';
import { compareDecimals } from '../../../lib/decimal.js';
import { credits } from '../../../lib/format.js';
import { useListState } from '../../../lib/list-state.js';
import { useSession } from '../../../lib/session.js';
import { timeRange } from '../../../lib/time-range.js';
import { text } from '../text.js';

type Row = CreditHistoryQuery['creditTransactions']['items'][number];
type Variables = CreditHistoryQueryVariables;

const ID_SHOWN = 13;
const NEWEST = 'CREATED_DESC';

const sourceOf = (teamId: string): ListSource<Row, CreditHistoryQuery, Variables> => ({
  document: CreditHistoryDocument,
  variables: ({ size, after, sort, filters }) => ({
    teamId,
    first: size,
    after,
    orderBy: sort as Variables['orderBy'],
    filter: { kinds: filters.kind ? [filters.kind as LedgerTxKind] : null, ...timeRange(filters) },
  }),
  page: (data) => data.creditTransactions,
});

/** Kinds of movements that a team's credits never see. */
const OF_DOLLARS = new Set(['BALANCE_TOPUP', 'BALANCE_ADJUSTMENT', 'CALL_CORRECTION', 'PROVIDER_RECONCILIATION']);
const KINDS = Object.entries(text.kinds).filter(([value]) => !OF_DOLLARS.has(value));
const FILTERS: readonly Filter[] = [
  { key: 'kind', label: text.kind, options: KINDS.map(([value, label]) => ({ value, label })) },
];

/** The sign says it; the colour only repeats it. */
function Change({ amount }: { amount: string }) {
  const isPlus = compareDecimals(amount, '0') > 0;
  return (
    <Text
      span
      inherit
      fw={500}
      c={isPlus ? 'var(--tk-good)' : undefined}
      style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}
    >
      {isPlus ? `+${credits(amount)}` : credits(amount).replace('-', '−')}
    </Text>
  );
}

function JobLink({ id }: { id: string }) {
  const { may } = useSession();
  const shown = id.slice(0, ID_SHOWN);
  if (!may('job.read')) return shown;
  return (
    <Anchor component={Link} to={`/jobs/${id}`} size="sm" ff="monospace" title={id}>
      {shown}
    </Anchor>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'created',
    title: text.when,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} />,
    value: ({ createdAt }) => createdAt,
  },
  {
    key: 'kind',
    title: text.kind,
    render: ({ kind, reason }) => (
      <Box miw={200}>
        <Text size="sm">{text.kinds[kind]}</Text>
        {reason && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {reason}
          </Text>
        )}
      </Box>
    ),
    value: ({ kind }) => kind,
  },
  {
    key: 'job',
    title: text.job,
    render: ({ jobId }) => jobId && <JobLink id={jobId} />,
    value: ({ jobId }) => jobId,
  },
  { key: 'by', title: text.by, render: ({ actorName }) => actorName, value: ({ actorName }) => actorName },
  {
    key: 'change',
    title: text.change,
    align: 'right',
    render: ({ amount }) => <Change amount={amount} />,
    value: ({ amount }) => amount,
  },
  {
    key: 'balance_before',
    title: text.balanceBefore,
    align: 'right',
    isOptional: true,
    render: ({ balanceBefore }) => <Credits amount={balanceBefore} />,
    value: ({ balanceBefore }) => balanceBefore,
  },
  {
    key: 'balance',
    title: text.balance,
    align: 'right',
    render: ({ balanceAfter }) => <Credits amount={balanceAfter} />,
    value: ({ balanceAfter }) => balanceAfter,
  },
  { key: 'reason', title: text.why, isOptional: true, render: ({ reason }) => reason, value: ({ reason }) => reason },
];

/** Every movement on the credit account of a team, with the balance after it. */
export function CreditHistory({ teamId }: { teamId: string }) {
  const control = useListState(NEWEST);
  return (
    <ListView
      noun={text.historyNoun}
      source={sourceOf(teamId)}
      columns={COLUMNS}
      defaultSort={NEWEST}
      filters={FILTERS}
      extraFilters={<TimeRangeFilter control={control} />}
      empty={{ title: text.historyEmpty, message: text.historyEmptyMessage }}
    />
  );
}
