import { Alert, Box, Button, Card, Code, Divider, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDocumentTitle } from '@mantine/hooks';
import { IconBrandWindows } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'react-router';
import { failureOf } from '../lib/failure.js';
import mark from '../lib/mark.svg';
import { postJson } from '../lib/requests.js';
import type { SessionInfo } from './session-info.js';
import { text } from './text.js';

/** The card that sign-in, set-up and invitation share. */
export function SignInCard({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  useDocumentTitle(`${title} · ${text.brand}`);
  return (
    <main className="sign-in">
      <Box w="100%" maw={400}>
        <Group justify="center" gap={12} mb="lg">
          <img src={mark} alt="" width={40} height={40} />
          <Text fz={26} fw={700}>
            {text.brand}
          </Text>
        </Group>
        <Card withBorder padding="xl" radius="lg" shadow="sm">
          <Stack>
            <div>
              <Title order={1} size="h3">
                {title}
              </Title>
              {lead && (
                <Text size="sm" c="dimmed" mt={4}>
                  {lead}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Card>
      </Box>
    </main>
  );
}

/** Only a path of this portal; anything else would be a way to send people elsewhere. */
function returnPath(asked: string | null): string {
  return asked?.startsWith('/') && !asked.startsWith('//') && !asked.includes('\\') ? asked : '/';
}

function MasterKeyForm({ returnTo }: { returnTo: string }) {
  const [isBusy, setBusy] = useState(false);
  const form = useForm({ initialValues: { masterKey: '' } });
  const submit = async ({ masterKey }: { masterKey: string }): Promise<void> => {
    setBusy(true);
    try {
      await postJson('/auth/master-key', { master_key: masterKey.trim() });
      location.assign(returnTo);
    } catch (error) {
      form.setFieldError('masterKey', failureOf(error).message);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={form.onSubmit((values) => void submit(values))}>
      <Stack>
        <PasswordInput
          label={text.masterKeyLabel}
          description={text.masterKeyHelp}
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          {...form.getInputProps('masterKey')}
        />
        <Button type="submit" loading={isBusy} fullWidth>
          {text.masterKeySubmit}
        </Button>
      </Stack>
    </form>
  );
}

/** The page before everything else: Microsoft, and where it is on the master key. */
export function SignIn({ info }: { info: SessionInfo }) {
  const [params] = useSearchParams();
  const returnTo = returnPath(params.get('return_to'));
  const problem = params.get('error');
  const requestId = params.get('request_id');
  const { entra, master_key: masterKey } = info.methods;
  return (
    <SignInCard title={text.signIn} lead={text.signInLead}>
      {problem && (
        <Alert color="red" role="alert">
          <Text size="sm">{text.signInErrors[problem] ?? text.signInErrors.failed}</Text>
          {requestId && (
            <Text size="xs" mt={4}>
              {text.requestId} <Code>{requestId}</Code>
            </Text>
          )}
        </Alert>
      )}
      {entra && (
        <Button
          component="a"
          href={`/auth/entra/login?return_to=${encodeURIComponent(returnTo)}`}
          size="md"
          leftSection={<IconBrandWindows size={18} />}
        >
          {text.microsoft}
        </Button>
      )}
      {entra && masterKey && <Divider label={text.or} />}
      {masterKey && <MasterKeyForm returnTo={returnTo} />}
      {!entra && !masterKey && <Alert color="yellow">{text.noMethod}</Alert>}
    </SignInCard>
  );
}
