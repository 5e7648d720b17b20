import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Card, NumberInput, SimpleGrid, Stack, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCoin, IconSend } from '@tabler/icons-react';
import { EntitySelect } from '../../../components/entity-select.js';
import { EmptyState } from '../../../components/states.js';
import { PayingTeamDocument, TestAliasDocument } from '../../../gql/alias.js';
import { failureOf } from '../../../lib/failure.js';
import type { Details } from '../targets/chain.js';
import { TestResult } from './test-result.js';
import { text } from '../text.js';

interface Values {
  readonly teamId: string | null;
  readonly prompt: string;
  readonly maxOutputTokens: number | '';
}

const STANDARD_TOKENS = 256;
const MOST_TOKENS = 4_096;
const MOST_CHARACTERS = 20_000;

/** A team that may call the alias, to begin with. */
function useLikelyTeam({ accessGroups }: Details): string | null {
  const group = accessGroups.find(({ status, teamCount }) => status === 'ACTIVE' && teamCount > 0);
  const { data } = useQuery(PayingTeamDocument, {
    variables: { accessGroupId: group?.id ?? '' },
    skip: !group,
  });
  return data?.teams.items[0]?.id ?? null;
}

const problemsOf = ({ prompt, maxOutputTokens }: Values) => ({
  prompt: prompt.trim() === '' ? text.testPromptMissing : null,
  maxOutputTokens: maxOutputTokens === '' ? text.testTokensMissing : null,
});

interface TestFormProps {
  readonly likelyTeam: string | null;
  readonly isBusy: boolean;
  readonly onSubmit: (test: { teamId: string; prompt: string; maxOutputTokens: number | null }) => void;
}

function TestForm({ likelyTeam, isBusy, onSubmit }: TestFormProps) {
  const form = useForm<Values>({
    initialValues: { teamId: null, prompt: text.testPromptStandard, maxOutputTokens: STANDARD_TOKENS },
    validate: problemsOf,
  });
  const teamId = form.values.teamId ?? likelyTeam;
  const submit = ({ prompt, maxOutputTokens }: Values): void => {
    if (teamId) onSubmit({ teamId, prompt: prompt.trim(), maxOutputTokens: maxOutputTokens || null });
    else form.setFieldError('teamId', text.testTeamMissing);
  };
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <EntitySelect
          kind="team"
          withAsterisk
          label={text.testTeam}
          description={text.testTeamHelp}
          {...form.getInputProps('teamId')}
          value={teamId}
          onChange={(id) => form.setFieldValue('teamId', id)}
        />
        <Textarea
          withAsterisk
          label={text.testPrompt}
          autosize
          minRows={3}
          maxRows={12}
          maxLength={MOST_CHARACTERS}
          {...form.getInputProps('prompt')}
        />
        <NumberInput
          label={text.testTokens}
          min={1}
          max={MOST_TOKENS}
          allowDecimal={false}
          thousandSeparator=","
          hideControls
          w={180}
          {...form.getInputProps('maxOutputTokens')}
        />
        <Button type="submit" loading={isBusy} leftSection={<IconSend size={16} />}>
          {text.testSubmit}
        </Button>
      </Stack>
    </form>
  );
}

/** Calls an alias for real, at the cost of a team, and shows what came of it. */
export function TestCall({ alias }: { alias: Details }) {
  const likelyTeam = useLikelyTeam(alias);
  const [run, { data, loading, error }] = useMutation(TestAliasDocument, { fetchPolicy: 'no-cache' });
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Card withBorder padding="md">
        <Stack>
          <Alert color="yellow" icon={<IconCoin size={18} />}>
            {text.testAbout}
          </Alert>
          {error && (
            <Alert color="red" role="alert">
              {failureOf(error).message}
            </Alert>
          )}
          <TestForm
            likelyTeam={likelyTeam}
            isBusy={loading}
            // A refusal stands in `error`, and is shown above the form.
            onSubmit={(test) => void run({ variables: { input: { aliasId: alias.id, ...test } } }).catch(() => null)}
          />
        </Stack>
      </Card>
      {data && !loading ? (
        <TestResult outcome={data.testAlias} />
      ) : (
        <Card withBorder padding="md" visibleFrom="md">
          <EmptyState title={text.testNothing} message={text.testNothingMessage} />
        </Card>
      )}
    </SimpleGrid>
  );
}
