import { Select } from '@mantine/core';
import { EntitySelect } from '../../components/entity-select.js';
import { FilterPill } from '../../components/filter-pill.js';
import { useListState } from '../../lib/list-state.js';
import { useSession } from '../../lib/session.js';
import { text } from './text.js';

const WIDTH = { base: '100%', xs: 160 };

const options = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

/** What narrows the list of teams. The access group comes with a link from its page. */
export function TeamFilters() {
  const { viewer } = useSession();
  const { state, change } = useListState('CREATED_DESC');
  const { status = null, budgetMode = null, organizationId = null, accessGroupId } = state.filters;
  return (
    <>
      <Select
        aria-label={text.status}
        placeholder={text.anyStatus}
        clearable
        data={options(text.statuses)}
        value={status}
        onChange={(chosen) => change({ status: chosen })}
        w={{ base: '100%', xs: 130 }}
      />
      <Select
        aria-label={text.budgetMode}
        placeholder={text.anyMode}
        clearable
        data={options(text.modes)}
        value={budgetMode}
        onChange={(chosen) => change({ budgetMode: chosen })}
        w={WIDTH}
      />
      {!viewer.organizationId && (
        <EntitySelect
          kind="organization"
          aria-label={text.organization}
          placeholder={text.anyOrganization}
          clearable
          value={organizationId}
          onChange={(id) => change({ organizationId: id })}
          w={WIDTH}
        />
      )}
      {accessGroupId && (
        <FilterPill label={text.accessGroup} value={accessGroupId} onRemove={() => change({ accessGroupId: null })} />
      )}
    </>
  );
}
