import { Button, Group, Modal, Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { text } from './text.js';

let hasEnded = false;
const listeners = new Set<() => void>();

/** Called when the server answers that nobody is signed in. */
export function sessionEnded(): void {
  hasEnded = true;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** Says that the session is over, over the page as it was, and leads back to it through sign-in. */
export function SessionEnded() {
  const isOver = useSyncExternalStore(subscribe, () => hasEnded);
  const signInAgain = (): void => {
    location.assign(`/sign-in?return_to=${encodeURIComponent(location.pathname + location.search)}`);
  };
  return (
    <Modal opened={isOver} onClose={() => undefined} withCloseButton={false} title={text.expiredTitle} centered>
      <Text size="sm">{text.expiredMessage}</Text>
      <Group justify="flex-end" mt="md">
        <Button data-autofocus onClick={signInAgain}>
          {text.signIn}
        </Button>
      </Group>
    </Modal>
  );
}
