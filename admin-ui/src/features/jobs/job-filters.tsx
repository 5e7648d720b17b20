import { useQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useState } from 'react';
import { EntitySelect } from '../../components/entity-select.js';
import { FilterPill } from '../../components/filter-pill.js';
import { TimeRangeFilter } from '../../components/time-range.js';
import { JobTypesDocument } from '../../gql/jobs.js';
import { type ListControl, useListState } from '../../lib/list-state.js';
import { useSession } from '../../lib/session.js';
import { text } from './text.js';

const WIDTH = { base: '100%', xs: 145 };

/** The types of job of the last 90 days; asked for when somebody opens the menu. */
function TypeFilter({ control }: { control: ListControl }) {
  const { may } = useSession();
  const [isOpened, setOpened] = useState(false);
  const { data } = useQuery(JobTypesDocument, { skip: !isOpened || !may('usage.read') });
  const chosen = control.state.filters.jobType ?? null;
  const known = (data?.usageBreakdown.rows ?? []).flatMap(({ name }) => (name ? [name] : []));
  return (
    <Select
      aria-label={text.type}
      placeholder={text.anyType}
      clearable
      searchable
      value={chosen}
      data={[...new Set(chosen ? [...known, chosen] : known)].sort()}
      onDropdownOpen={() => setOpened(true)}
      onChange={(jobType) => control.change({ jobType })}
      w={WIDTH}
    />
  );
}

/** What narrows the list of jobs besides their status. Key, alias and organization come with links from other pages. */
export function JobFilters() {
  const control = useListState('CREATED_DESC');
  const { teamId, ...rest } = control.state.filters;
  const linked = [
    ['organizationId', text.organization],
    ['keyId', text.key],
    ['alias', text.alias],
  ] as const;
  return (
    <>
      <EntitySelect
        kind="team"
        aria-label={text.team}
        placeholder={text.anyTeam}
        clearable
        value={teamId ?? null}
        onChange={(id) => control.change({ teamId: id })}
        w={WIDTH}
      />
      <TypeFilter control={control} />
      <TimeRangeFilter control={control} />
      {linked.map(([key, label]) => {
        const value = rest[key];
        return value && <FilterPill key={key} {...{ label, value }} onRemove={() => control.change({ [key]: null })} />;
      })}
    </>
  );
}
