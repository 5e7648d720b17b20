import { Select } from '@mantine/core';
import { KINDS } from '../../components/catalog/provider-marks.js';
import { EntitySelect } from '../../components/entity-select.js';
import { useListState } from '../../lib/list-state.js';
import { text } from './text.js';

/** By the kind of provider and by access group, beside the filters that every list has. */
export function AliasFilters() {
  const { state, change } = useListState('');
  return (
    <>
      <Select
        aria-label={text.filterKind}
        placeholder={text.anyKind}
        clearable
        w={150}
        data={KINDS}
        value={state.filters.kind ?? null}
        onChange={(kind) => change({ kind })}
      />
      <EntitySelect
        kind="access_group"
        aria-label={text.filterGroup}
        placeholder={text.anyGroup}
        clearable
        w={170}
        value={state.filters.group ?? null}
        onChange={(group) => change({ group })}
      />
    </>
  );
}
