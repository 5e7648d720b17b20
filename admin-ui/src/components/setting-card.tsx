import { Card, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SettingCardProps {
  readonly title: string;
  readonly about: ReactNode;
  /** What changes it: a button or a small form. */
  readonly children: ReactNode;
}

/** One thing that can be set or done: what it is and means, and at its right what does it. */
export const SettingCard = ({ title, about, children }: SettingCardProps) => (
  <Card withBorder padding="md">
    <Group justify="space-between" align="flex-start" gap="md">
      <Stack gap={4} maw={600} flex="1 1 300px">
        <Title order={2} size="h5">
          {title}
        </Title>
        <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
          {about}
        </Text>
      </Stack>
      {children}
    </Group>
  </Card>
);
