import { Code, Text } from '@mantine/core';
import { isSimulator } from '../../components/catalog/provider-marks.js';
import { text } from './text.js';

interface Masked {
  readonly kind: string;
  readonly hasCredential: boolean;
  readonly credentialHint: string | null;
}

/** The credential as far as anybody may see it: its last four characters. */
export function Credential({ provider: { kind, hasCredential, credentialHint } }: { provider: Masked }) {
  if (hasCredential) return <Code fz="xs">{text.credentialMasked(credentialHint)}</Code>;
  return (
    <Text span inherit c="dimmed" style={{ whiteSpace: 'nowrap' }}>
      {isSimulator(kind) ? text.credentialNotNeeded : text.credentialNone}
    </Text>
  );
}
