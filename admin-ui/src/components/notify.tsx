import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconX } from '@tabler/icons-react';
import { failureOf } from '../lib/failure.js';
import { text } from './text.js';

const DONE_MS = 6_000;
const FAILED_MS = 12_000;

/**
 * Says what happened. With `undo`, a button runs the inverse mutation; never offered for what concerns security, such as
 * revoking a key.
 */
export function notifyDone(message: string, undo?: () => Promise<unknown>): void {
  const id = crypto.randomUUID();
  const runUndo = (): void => {
    notifications.hide(id);
    undo?.().catch(notifyFailed);
  };
  notifications.show({
    id,
    color: 'teal',
    icon: <IconCheck size={18} />,
    autoClose: DONE_MS,
    message: undo ? (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-xs" variant="default" onClick={runUndo}>
          {text.undo}
        </Button>
      </Group>
    ) : (
      message
    ),
  });
}

/** Says what failed, with the request id. */
export function notifyFailed(error: unknown): void {
  const failure = failureOf(error);
  notifications.show({
    color: 'red',
    icon: <IconX size={18} />,
    autoClose: FAILED_MS,
    title: failure.message,
    message: failure.requestId ? `${text.requestId} ${failure.requestId}` : '',
  });
}
