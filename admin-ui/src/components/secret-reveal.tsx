import { Alert, Button, Checkbox, Code, CopyButton, Group, Modal, Stack } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { text } from './text.js';

export interface SecretRevealProps {
  readonly title: string;
  readonly secret: string;
  /** Shown below, such as an example of its use. */
  readonly children?: ReactNode;
  readonly onDone: () => void;
}

/** Shows a secret once. The dialog closes only after it was copied, or somebody says that it is stored. */
export function SecretReveal({ title, secret, children, onDone }: SecretRevealProps) {
  const [isKept, setKept] = useState(false);
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={title}
      size="lg"
      centered
    >
      <Stack>
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
          {text.secretWarning}
        </Alert>
        <Group wrap="nowrap" align="stretch" gap="xs">
          <Code
            block
            fz="sm"
            flex={1}
            style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
            data-testid="secret"
          >
            {secret}
          </Code>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button
                data-autofocus
                h="auto"
                leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                onClick={() => {
                  copy();
                  setKept(true);
                }}
              >
                {copied ? text.copied : text.copy}
              </Button>
            )}
          </CopyButton>
        </Group>
        {children}
        <Group justify="space-between">
          <Checkbox
            label={text.secretStored}
            checked={isKept}
            onChange={(event) => setKept(event.currentTarget.checked)}
          />
          <Button onClick={onDone} disabled={!isKept}>
            {text.secretDone}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
