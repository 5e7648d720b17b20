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

/** What is done seldom, behind three dots; nothing at all for somebody who may do none of it. */
export function MoreMenu({ items }: { items: readonly MoreItem[] }) {
  const { may } = useSession();
  const shown = items.filter(({ action, isShown = true }) => isShown && may(action));
  if (shown.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={text.more}>
          <IconDots size={ICON} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {shown.map(({ label, icon: ItemIcon, danger, onClick }) => (
          <Menu.Item
            key={label}
            leftSection={<ItemIcon size={ICON} />}
            color={danger ? 'red' : undefined}
            onClick={onClick}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
