import { Alert, Code, CopyButton, SegmentedControl, Stack, Text, Button, Group } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { text } from './text.js';

interface FirstCallProps {
  readonly token: string;
  readonly teamId: string;
  /** The name that the call asks for as its model; null when the team may call none yet. */
  readonly alias: string | null;
}

const QUESTION = 'Say hello in one sentence.';

function curl({ token, teamId, alias }: FirstCallProps): string {
  const body = {
    team_id: teamId,
    job_type: 'first_call',
    model: alias,
    messages: [{ role: 'user', content: QUESTION }],
  };
  return [
    `curl -sS ${location.origin}/api/jobs/create-and-call \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n');
}

const typeScript = ({ token, teamId, alias }: FirstCallProps): string =>
  [
    `const response = await fetch('${location.origin}/api/jobs/create-and-call', {`,
    "  method: 'POST',",
    `  headers: { Authorization: 'Bearer ${token}', 'Content-Type': 'application/json' },`,
    '  body: JSON.stringify({',
    `    team_id: '${teamId}',`,
    "    job_type: 'first_call',",
    `    model: '${alias ?? ''}',`,
    `    messages: [{ role: 'user', content: '${QUESTION}' }],`,
    '  }),',
    '});',
    'console.log(await response.json());',
  ].join('\n');

const LANGUAGES = { curl, TypeScript: typeScript } as const;
type Language = keyof typeof LANGUAGES;

/** A first call with a key just made, ready to paste into a shell or a program. */
export function FirstCall(props: FirstCallProps) {
  const [language, setLanguage] = useState<Language>('curl');
  if (props.alias === null) return <Alert color="yellow">{text.firstCallNoAlias}</Alert>;
  const example = LANGUAGES[language](props);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {text.firstCall}
        </Text>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={text.firstCallLanguage}
            value={language}
            onChange={setLanguage}
            data={Object.keys(LANGUAGES) as Language[]}
          />
          <CopyButton value={example}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                variant="default"
                leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
                onClick={copy}
              >
                {copied ? text.copied : text.copyExample}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Group>
      <Code block tabIndex={0} role="region" aria-label={text.firstCall} data-testid="first-call">
        {example}
      </Code>
    </Stack>
  );
}
