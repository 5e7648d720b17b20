import { Group, Kbd, Modal, Stack, Switch, Table } from '@mantine/core';
import { useSession } from '../lib/session.js';
import { switchSingleKeys, useSingleKeys } from '../lib/shortcuts.js';
import { PLACES } from './navigation.js';
import { text } from './text.js';

const Keys = ({ keys }: { keys: string }) => (
  <Group gap={4} wrap="nowrap">
    {keys.split(' ').map((key, at) => (
      <Kbd key={at}>{key}</Kbd>
    ))}
  </Group>
);

export function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  const { may } = useSession();
  const areOn = useSingleKeys();
  const places = PLACES.filter(({ keys, action }) => keys && may(action));
  const rows = [
    ['Ctrl K', text.shortcutSearch],
    ...places.map(({ keys = '', label }) => [keys.toUpperCase(), text.paletteGo(label)]),
    ['N', text.shortcutNew],
    ['/', text.shortcutFilter],
    ['?', text.shortcutHelp],
  ];
  return (
    <Modal opened onClose={onClose} title={text.shortcuts} centered>
      <Stack>
        <Table withRowBorders={false} verticalSpacing={5}>
          <Table.Tbody>
            {rows.map(([keys = '', meaning]) => (
              <Table.Tr key={keys}>
                <Table.Td w={110}>
                  <Keys keys={keys} />
                </Table.Td>
                <Table.Td>{meaning}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch
          label={text.singleKeys}
          description={text.singleKeysAbout}
          checked={areOn}
          onChange={(event) => switchSingleKeys(event.currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}
