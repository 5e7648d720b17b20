import { Code, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormDialog } from './form-dialog.js';
import { text } from './text.js';

export interface ConfirmByTypingProps {
  readonly title: string;
  /** What will happen, in plain words. */
  readonly message: ReactNode;
  /** What has to be typed: the id, or the e-mail of a person. */
  readonly phrase: string;
  readonly confirmLabel: string;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks for the id before something goes for good. */
export function ConfirmByTyping({ title, message, phrase, confirmLabel, onConfirm, onClose }: ConfirmByTypingProps) {
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      initial={{ typed: '' }}
      validate={({ typed }) => ({ typed: typed.trim() === phrase ? null : phrase })}
      submitLabel={confirmLabel}
      onSubmit={onConfirm}
      danger
    >
      {(form) => (
        <Stack gap="sm">
          <Text size="sm" component="div">
            {message}
          </Text>
          <TextInput
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            label={
              <>
                {text.typeToConfirm} <Code>{phrase}</Code>
              </>
            }
            {...form.getInputProps('typed')}
            error={null}
          />
        </Stack>
      )}
    </FormDialog>
  );
}
