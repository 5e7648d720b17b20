import { Box, Text } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import './facts.css';

/** What is known of something, as pairs of name and value. Pairs without a value are left out. */
export const Facts = ({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) => (
  <Box component="dl" className="facts">
    {items
      .filter(([, value]) => value !== null && value !== undefined && value !== false)
      .map(([label, value]) => (
        <Fragment key={label}>
          <Text component="dt" size="sm" c="dimmed">
            {label}
          </Text>
          <Text component="dd" size="sm">
            {value}
          </Text>
        </Fragment>
      ))}
  </Box>
);
