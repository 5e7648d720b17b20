import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link, useRouteError } from 'react-router';
import { text as common } from '../components/text.js';
import { text } from './text.js';

/** A page that broke; the frame around it goes on. A chunk that is gone means that a newer version was installed. */
export function PageError() {
  const error = useRouteError();
  return (
    <Stack align="flex-start" py="xl" role="alert">
      <Title order={1} size="h3">
        {common.brokenTitle}
      </Title>
      <Text c="dimmed">{common.brokenMessage}</Text>
      {error instanceof Error && <Text size="sm">{error.message}</Text>}
      <Group>
        <Button onClick={() => location.reload()}>{common.reload}</Button>
        <Anchor component={Link} to="/" size="sm">
          {text.home}
        </Anchor>
      </Group>
    </Stack>
  );
}

export const NotFound = () => (
  <Stack align="flex-start" py="xl">
    <Title order={1} size="h3">
      {text.notFound}
    </Title>
    <Text c="dimmed">{text.notFoundMessage}</Text>
    <Anchor component={Link} to="/">
      {text.home}
    </Anchor>
  </Stack>
);
