import { ActionIcon, Menu } from '@mantine/core';
import { type Icon, IconDots } from '@tabler/icons-react';
import { useSession } from '../lib/session.js';
import { text } from './text.js';

const ICON = 16;

export interface MoreItem {
  readonly label: string;
  readonly icon: Icon;
  /** The right that it needs. */
  readonly action: string;
  readonly onClick: () => void;
  readonly danger?: boolean;
  readonly isShown?: boolean;
}

interface MoreMenuProps {
  readonly items: readonly MoreItem[];
  /** What the dots are called; in a table it names the row. */
  readonly label?: string;
  /** Without a border, as in the rows of a table. */
  readonly isQuiet?: boolean;
}

/** What is done seldom, behind three dots; nothing at all for somebody who may do none of it. */
export function MoreMenu({ items, label = text.more, isQuiet = false }: MoreMenuProps) {
  const { may } = useSession();
  const shown = items.filter(({ action, isShown = true }) => isShown && may(action));
  if (shown.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant={isQuiet ? 'subtle' : 'default'} color="gray" size={isQuiet ? 28 : 36} aria-label={label}>
          <IconDots size={ICON} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {shown.map(({ label: name, icon: ItemIcon, danger, onClick }) => (
          <Menu.Item
            key={name}
            leftSection={<ItemIcon size={ICON} />}
            c={danger ? 'var(--mantine-color-error)' : undefined}
            onClick={onClick}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
