import { ActionIcon, Box, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { notifyDone } from '../../../components/notify.js';
import { text } from '../text.js';

interface View {
  readonly name: string;
  /** The part of the address behind `?`. */
  readonly query: string;
}

const READY: readonly View[] = [
  { name: text.viewRefused, query: 'status=DENIED' },
  { name: text.viewSignIns, query: 'action=session.create' },
  { name: text.viewKeys, query: 'action=key.create,key.rotate,key.revoke' },
];
const MOST = 50;
const NAME_LENGTH = 60;

/** Where on the log somebody is, and which row is open, is no part of a view. */
const OF_THE_MOMENT = ['after', 'page', 'entry', 'tab'];

function viewQuery(params: URLSearchParams): string {
  const kept = new URLSearchParams(params);
  for (const name of OF_THE_MOMENT) kept.delete(name);
  return kept.toString();
}

const ViewLink = ({ view, onClick }: { view: View; onClick: () => void }) => (
  <Button
    component={Link}
    to={`/audit?${view.query}`}
    onClick={onClick}
    variant="subtle"
    color="gray"
    c="var(--mantine-color-text)"
    size="compact-sm"
    justify="flex-start"
    fw={400}
    fullWidth
    style={{ flexShrink: 0 }}
  >
    {view.name}
  </Button>
);

function SaveView({ onSave }: { onSave: (view: View) => void }) {
  const [params] = useSearchParams();
  const [name, setName] = useState('');
  const query = viewQuery(params);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') onSave({ name: name.trim(), query });
        setName('');
      }}
    >
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          size="xs"
          flex={1}
          label={text.viewSave}
          placeholder={text.viewName}
          description={query === '' ? text.viewNothing : undefined}
          maxLength={NAME_LENGTH}
          disabled={query === ''}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" disabled={query === '' || name.trim() === ''}>
          {text.viewSaveDo}
        </Button>
      </Group>
    </form>
  );
}

/** Filters under a name: some that everybody has, and those kept in this browser. */
export function SavedViews() {
  const [isOpen, { close, toggle }] = useDisclosure();
  const [views, setViews] = useLocalStorage<View[]>({ key: 'tollkeeper:audit-views', defaultValue: [] });
  const without = (name: string): View[] => views.filter((view) => view.name !== name);
  const save = (view: View): void => {
    setViews([...without(view.name), view].slice(-MOST));
    notifyDone(text.viewSaved(view.name));
    close();
  };
  return (
    <Popover opened={isOpen} onChange={close} position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconBookmark size={16} />} onClick={toggle}>
          {text.views}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Stack gap="xs">
          <Stack gap={2}>
            {READY.map((view) => (
              <ViewLink key={view.name} view={view} onClick={close} />
            ))}
          </Stack>
          <Text size="xs" c="dimmed" fw={600}>
            {text.viewsOwn}
          </Text>
          {views.length === 0 && (
            <Text size="xs" c="dimmed">
              {text.viewsNone}
            </Text>
          )}
          <Stack gap={2} mah={200} style={{ overflowY: 'auto' }}>
            {views.map((view) => (
              <Group key={view.name} gap={4} wrap="nowrap">
                <Box flex={1} miw={0}>
                  <ViewLink view={view} onClick={close} />
                </Box>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={text.viewDelete(view.name)}
                  onClick={() => setViews(without(view.name))}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </Group>
            ))}
          </Stack>
          <SaveView onSave={save} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
