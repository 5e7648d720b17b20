import { Alert, Button, Text } from '@mantine/core';
import { useState } from 'react';
import { failureOf } from '../lib/failure.js';
import { postJson } from '../lib/requests.js';
import { SignInCard } from './sign-in.js';
import { text } from './text.js';

/**
 * Where a one-time link leads: set-up of the owner, or an invitation. The token stands behind `#`, which browsers send to
 * no server and proxies do not log; it is posted when the person goes on.
 */
export function OneTimeLink({ purpose }: { purpose: 'setup' | 'invitation' }) {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const proceed = async (): Promise<void> => {
    setBusy(true);
    try {
      const { redirect_to: next } = await postJson<{ redirect_to: string }>(`/auth/${purpose}`, { token });
      location.assign(next);
    } catch (error) {
      setProblem(failureOf(error).message);
      setBusy(false);
    }
  };
  const isSetup = purpose === 'setup';
  return (
    <SignInCard title={isSetup ? text.setupTitle : text.invitationTitle}>
      <Text size="sm">{isSetup ? text.setupMessage : text.invitationMessage}</Text>
      {(problem ?? !token) && (
        <Alert color="red" role="alert">
          {problem ?? text.linkMissing}
        </Alert>
      )}
      <Button onClick={() => void proceed()} loading={isBusy} disabled={!token}>
        {text.proceed}
      </Button>
    </SignInCard>
  );
}
