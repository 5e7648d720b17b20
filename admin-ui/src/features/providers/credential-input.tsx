import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { text } from './text.js';

/** A field for a secret that browsers are asked neither to fill in nor to keep. */
export const CredentialInput = (props: PasswordInputProps) => (
  <PasswordInput
    label={text.credential}
    description={text.credentialHelp}
    autoComplete="new-password"
    spellCheck={false}
    maxLength={8192}
    visibilityToggleButtonProps={{ 'aria-label': text.credentialShow }}
    {...props}
  />
);
