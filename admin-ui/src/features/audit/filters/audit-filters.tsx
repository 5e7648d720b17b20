import { useApolloClient, useQuery } from '@apollo/client/react';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconFilterOff, IconRefresh } from '@tabler/icons-react';
import { AnyOfFilter } from '../../../components/any-of-filter.js';
import { EntitySelect } from '../../../components/entity-select.js';
import { FilterPill } from '../../../components/filter-pill.js';
import { notifyFailed } from '../../../components/notify.js';
import { TimeRangeFilter } from '../../../components/time-range.js';
import { AuditEntriesDocument, AuditFacetsDocument, type AuditFacetsQuery } from '../../../gql/audit.js';
import { type ListControl, useListState } from '../../../lib/list-state.js';
import { useSession } from '../../../lib/session.js';
import { actorValue, typeWords, valuesOf } from './audit-query.js';
import { text } from '../text.js';

interface Option {
  readonly value: string;
  readonly label: string;
}

interface AnyOfProps {
  readonly name: string;
  readonly label: string;
  readonly anyLabel: string;
  readonly options: readonly Option[];
  readonly control: ListControl;
}

/** A filter by any of several values, which stand in the address bar under a name. */
const AnyOf = ({ name, control, ...rest }: AnyOfProps) => (
  <AnyOfFilter
    {...rest}
    value={valuesOf(control.state.filters[name])}
    onChange={(values) => control.change({ [name]: values.join(',') })}
  />
);

const plain = (values: readonly string[], label = (value: string) => value): Option[] =>
  values.map((value) => ({ value, label: label(value) }));

/** Actors of one name are told apart by their e-mail; those without an id by their kind. */
function actorOptions(actors: AuditFacetsQuery['auditFacets']['actors']): Option[] {
  const options = actors.map((actor) => {
    const name = actor.id ? actor.name : (text.kinds[actor.kind] ?? actor.kind);
    return { value: actorValue(actor), label: actor.email ? `${name} (${actor.email})` : name };
  });
  return [...new Map(options.map((option) => [option.value, option])).values()];
}

function OrganizationFilter({ control }: { control: ListControl }) {
  const { viewer } = useSession();
  if (viewer.organizationId) return null;
  return (
    <EntitySelect
      kind="organization"
      aria-label={text.organization}
      placeholder={text.anyOrganization}
      clearable
      value={control.state.filters.organizationId ?? null}
      onChange={(organizationId) => control.change({ organizationId })}
      w={{ base: '100%', xs: 180 }}
    />
  );
}

/** Reads the page anew, and takes every filter away. */
function Tools({ control }: { control: ListControl }) {
  const client = useApolloClient();
  const { search, filters } = control.state;
  const names = ['q', ...Object.keys(filters)];
  const refresh = (): void => {
    client.refetchQueries({ include: [AuditEntriesDocument, AuditFacetsDocument] }).catch(notifyFailed);
  };
  return (
    <>
      <Tooltip label={text.refresh}>
        <ActionIcon variant="default" size={36} aria-label={text.refresh} onClick={refresh}>
          <IconRefresh size={18} />
        </ActionIcon>
      </Tooltip>
      {(search !== '' || names.length > 1) && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconFilterOff size={16} />}
          onClick={() => control.change(Object.fromEntries(names.map((name) => [name, null])))}
        >
          {text.clear}
        </Button>
      )}
    </>
  );
}

/** What narrows the audit log besides text and status. */
export function AuditFilters() {
  const control = useListState('NEWEST');
  const { organizationId = null, entityId } = control.state.filters;
  const { data } = useQuery(AuditFacetsDocument, { variables: { organizationId } });
  const { actions = [], entityTypes = [], actors = [] } = data?.auditFacets ?? {};
  return (
    <>
      <TimeRangeFilter control={control} />
      <AnyOf name="action" label={text.actions} anyLabel={text.anyAction} options={plain(actions)} control={control} />
      <AnyOf
        name="entityType"
        label={text.types}
        anyLabel={text.anyType}
        options={plain(entityTypes, typeWords)}
        control={control}
      />
      <AnyOf
        name="actor"
        label={text.actors}
        anyLabel={text.anyActor}
        options={actorOptions(actors)}
        control={control}
      />
      <OrganizationFilter control={control} />
      {entityId && (
        <FilterPill label={text.entityId} value={entityId} onRemove={() => control.change({ entityId: null })} />
      )}
      <Tools control={control} />
    </>
  );
}
