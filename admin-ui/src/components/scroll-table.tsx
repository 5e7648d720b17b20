import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface ScrollTableProps {
  readonly label: string;
  /** Below this width it scrolls inside itself. */
  readonly minWidth: number;
  readonly children: ReactNode;
}

/** Room for a table that scrolls inside itself on small screens, by keyboard too. */
export const ScrollTable = ({ label, minWidth, children }: ScrollTableProps) => (
  <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0} role="region" aria-label={label}>
    {children}
  </Table.ScrollContainer>
);
