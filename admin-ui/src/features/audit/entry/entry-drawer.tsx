import { useQuery } from '@apollo/client/react';
import {
  Alert,
  Anchor,
  Button,
  Code,
  Drawer,
  Group,
  SegmentedControl,
  Skeleton,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { Facts } from '../../../components/facts.js';
import { ErrorState } from '../../../components/states.js';
import { CopyableId, Instant, StatusBadge } from '../../../components/values.js';
import { AuditEntryDocument, type AuditEntryQuery } from '../../../gql/audit-entry.js';
import { Actor } from '../actor.js';
import { actorValue, typeWords } from '../filters/audit-query.js';
import { text } from '../text.js';
import { ChangeDiff } from './change-diff.js';
import { changesOf } from './diff.js';

type Entry = AuditEntryQuery['auditEntry'];

const SKELETON = 320;

/** Where things of a type have their page. */
const PLACES: Readonly<Record<string, string>> = {
  Organization: '/organizations',
  Team: '/teams',
  Key: '/keys',
  Job: '/jobs',
  Alias: '/model-aliases',
  AccessGroup: '/model-access',
  Model: '/models',
  Provider: '/providers',
  User: '/users',
};

function EntityName({ entry: { entityType, entityId, entityName } }: { entry: Entry }) {
  const place = entityType ? PLACES[entityType] : undefined;
  const name = entityName ?? entityId;
  return (
    <Stack gap={2}>
      {place && entityId ? (
        <Anchor component={Link} to={`${place}/${encodeURIComponent(entityId)}`} size="sm">
          {name}
        </Anchor>
      ) : (
        name
      )}
      {entityType && (
        <Text size="xs" c="dimmed">
          {typeWords(entityType)}
        </Text>
      )}
      {entityId && <CopyableId id={entityId} />}
    </Stack>
  );
}

const Json = ({ value }: { value: unknown }) => (
  <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
    {JSON.stringify(value, null, 2)}
  </Code>
);

/** Links to the entries beside this one: they are the log itself with another filter. */
function Beside({ entry }: { entry: Entry }) {
  const { requestId, entityType, entityId } = entry;
  const actor = actorValue({ kind: entry.actorKind, id: entry.actorId });
  const links: [string, Record<string, string>][] = [[text.ofRequest, { q: requestId }]];
  if (entityType && entityId) links.push([text.ofEntity, { entityType, entityId }]);
  links.push([text.ofActor, { actor }]);
  return (
    <Group gap="xs">
      {links.map(([label, parameters]) => (
        <Button
          key={label}
          component={Link}
          to={`/audit?${new URLSearchParams(parameters).toString()}`}
          size="compact-sm"
          variant="default"
          fw={500}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}

function Changes({ entry }: { entry: Entry }) {
  const [shape, setShape] = useState('fields');
  const changes = changesOf(entry.changes);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={3} size="h5">
          {text.changes}
        </Title>
        {changes.length > 0 && (
          <SegmentedControl
            size="xs"
            aria-label={text.showAs}
            value={shape}
            onChange={setShape}
            data={[
              { value: 'fields', label: text.asFields },
              { value: 'json', label: text.asJson },
            ]}
          />
        )}
      </Group>
      {changes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {entry.status === 'SUCCESS' ? text.changesNone : text.changesOfDenied}
        </Text>
      ) : shape === 'json' ? (
        <Json value={entry.changes} />
      ) : (
        changes.map((change, at) => <ChangeDiff key={at} change={change} />)
      )}
    </Stack>
  );
}

const EntryFacts = ({ entry }: { entry: Entry }) => (
  <Facts
    items={[
      [text.time, <Instant key="at" at={entry.at} shape="second" />],
      [text.actor, <Actor key="actor" {...entry} />],
      [text.entity, entry.entityType && <EntityName entry={entry} />],
      [text.scope, entry.scopeType ? `${entry.scopeType} ${entry.scopeId ?? ''}` : text.platform],
      [text.address, entry.address],
      [text.userAgent, entry.userAgent],
      [text.requestId, <CopyableId key="request" id={entry.requestId} />],
      [text.sequence, entry.sequence],
      [text.hash, entry.hash && <CopyableId id={entry.hash} />],
    ]}
  />
);

const Content = ({ entry }: { entry: Entry }) => (
  <Stack gap="lg">
    <Group gap="sm">
      <Code fz="md" fw={600}>
        {entry.action}
      </Code>
      <StatusBadge status={entry.status} />
    </Group>
    {entry.message && (
      <Alert color={entry.status === 'SUCCESS' ? 'gray' : 'red'} style={{ overflowWrap: 'anywhere' }}>
        {entry.message}
      </Alert>
    )}
    <EntryFacts entry={entry} />
    <Beside entry={entry} />
    <Changes entry={entry} />
    {entry.details !== null && (
      <Stack gap="sm">
        <Title order={3} size="h5">
          {text.details}
        </Title>
        <Json value={entry.details} />
      </Stack>
    )}
  </Stack>
);

/** One entry in full, beside the log. */
export function EntryDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(AuditEntryDocument, { variables: { id } });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      overlayProps={{ backgroundOpacity: 0.5, blur: 2 }}
      title={text.entryTitle}
      closeButtonProps={{ 'aria-label': text.close }}
      attributes={{ header: { role: 'presentation' } }}
      styles={{ title: { fontWeight: 650 } }}
    >
      {data ? (
        <Content entry={data.auditEntry} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton h={SKELETON} />
      )}
    </Drawer>
  );
}
