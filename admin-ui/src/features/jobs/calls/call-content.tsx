import { useLazyQuery } from '@apollo/client/react';
import { Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { ErrorState } from '../../../components/states.js';
import { Instant } from '../../../components/values.js';
import { CallBodyDocument, type CallBodyQuery } from '../../../gql/call-body.js';
import { text } from '../text.js';

const SHAPE = { overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } as const;

/** JSON with a line for each value; what was cut is no JSON any more, and is shown as it is. */
function indented(json: string, isCut: boolean): string {
  return isCut ? json : JSON.stringify(JSON.parse(json), null, 2);
}

const Body = ({ title, json, isCut }: { title: string; json: string | null; isCut: boolean }) => (
  <Stack gap={4}>
    <Text size="sm" fw={500}>
      {title}
    </Text>
    {json === null ? (
      <Text size="sm" c="dimmed">
        {text.noAnswer}
      </Text>
    ) : (
      <Code block mah={360} style={SHAPE} tabIndex={0} role="region" aria-label={title}>
        {indented(json, isCut)}
      </Code>
    )}
    {isCut && (
      <Text size="xs" c="dimmed">
        {text.cut}
      </Text>
    )}
  </Stack>
);

const Bodies = ({ body }: { body: CallBodyQuery['callBody'] }) => (
  <>
    <Body title={text.request} json={body.request} isCut={body.isRequestCut} />
    <Body title={text.answer} json={body.answer} isCut={body.isAnswerCut} />
  </>
);

/** What a call was asked and what it answered, where its project keeps that; shown when somebody asks, and never kept. */
export function CallContent({ callId, until }: { callId: string; until: string }) {
  const [look, { data, error, loading }] = useLazyQuery(CallBodyDocument, { fetchPolicy: 'no-cache' });
  return (
    <Stack gap="xs">
      <Title order={4} size="h6">
        {text.content}
      </Title>
      <Group gap="sm">
        {!data && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconEye size={14} />}
            loading={loading}
            onClick={() => void look({ variables: { id: callId } })}
          >
            {text.showContent}
          </Button>
        )}
        <Text size="xs" c="dimmed">
          {text.audited} {text.storedUntil} <Instant at={until} />
        </Text>
      </Group>
      {error && <ErrorState error={error} />}
      {data && <Bodies body={data.callBody} />}
    </Stack>
  );
}
