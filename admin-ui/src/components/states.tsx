import { Alert, Button, Center, Code, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconInbox, IconLock, IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { failureOf } from '../lib/failure.js';
import { text } from './text.js';

interface StateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly message: ReactNode;
  readonly action?: ReactNode;
  /** It stands in place of a page, so its title is that of the page. */
  readonly isPage?: boolean;
}

function State({ icon, title, message, action, isPage = false }: StateProps) {
  return (
    <Center py={56} px="md">
      <Stack align="center" gap="xs" maw={440}>
        <ThemeIcon size={48} radius="xl" variant="light" color="gray" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={isPage ? 1 : 2} size="h5" ta="center">
          {title}
        </Title>
        <Text size="sm" c="dimmed" ta="center" component="div">
          {message}
        </Text>
        {action}
      </Stack>
    </Center>
  );
}

/** Nothing is there yet; says what to do next. */
export const EmptyState = (props: { title: string; message: ReactNode; action?: ReactNode }) => (
  <State icon={<IconInbox size={24} />} {...props} />
);

/** Something is there, but the search or a filter hides it. */
export const NoMatchState = ({ onClear }: { onClear: () => void }) => (
  <State
    icon={<IconSearchOff size={24} />}
    title={text.noMatch}
    message={text.noMatchMessage}
    action={
      <Button variant="default" size="xs" onClick={onClear}>
        {text.clearFilters}
      </Button>
    }
  />
);

export const NoPermissionState = ({ action }: { action: string }) => (
  <State isPage icon={<IconLock size={24} />} title={text.noPermission} message={text.noPermissionMessage(action)} />
);

/** Loading failed; with the request id, and a way to try again. What does not exist reads so. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const failure = failureOf(error);
  if (failure.code === 'NOT_FOUND')
    return <State isPage icon={<IconSearchOff size={24} />} title={text.notFound} message={text.notFoundMessage} />;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={text.failed} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{failure.message}</Text>
        {failure.requestId && (
          <Text size="xs">
            {text.requestId} <Code>{failure.requestId}</Code>
          </Text>
        )}
        {onRetry && (
          <Group>
            <Button size="xs" variant="default" onClick={onRetry}>
              {text.retry}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
