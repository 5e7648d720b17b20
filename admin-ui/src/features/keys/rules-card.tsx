import { useMutation } from '@apollo/client/react';
import { Badge, Button, Card, Group, MultiSelect, TagsInput, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { kindName, KINDS } from '../../components/catalog/provider-marks.js';
import { Facts } from '../../components/facts.js';
import { FormDialog } from '../../components/form-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { type KeyQuery, UpdateKeyRulesDocument } from '../../gql/key.js';
import { useSession } from '../../lib/session.js';
import { text } from './text.js';

type KeyDetail = KeyQuery['key'];
type List = keyof typeof text.ruleLists;
type Rules = Record<List, string[]>;

const ICON = 14;
const MOST = 100;
const LISTS = Object.keys(text.ruleLists) as List[];

const isOfProviders = (list: List): boolean => list.endsWith('Providers');

const rulesOf = ({ rules }: KeyDetail): Rules =>
  Object.fromEntries(LISTS.map((list) => [list, [...(rules?.[list] ?? [])]])) as Rules;

const Chips = ({ list, values }: { list: List; values: readonly string[] }) => (
  <Group gap={6}>
    {values.map((value) => (
      <Badge
        key={value}
        variant="default"
        tt="none"
        fw={500}
        ff={isOfProviders(list) ? undefined : 'monospace'}
        maw="100%"
      >
        {isOfProviders(list) ? kindName(value) : value}
      </Badge>
    ))}
  </Group>
);

function EditRules({ of, onClose }: { of: KeyDetail; onClose: () => void }) {
  const [update] = useMutation(UpdateKeyRulesDocument);
  return (
    <FormDialog<Rules>
      title={text.rulesTitle}
      submitLabel={text.save}
      size="lg"
      initial={rulesOf(of)}
      onSubmit={async (input) => {
        await update({ variables: { id: of.id, input } });
        notifyDone(text.rulesSaved);
      }}
      onClose={onClose}
    >
      {(form) => (
        <>
          <Text size="sm" c="dimmed">
            {text.rulesHelp}
          </Text>
          {LISTS.map((list) => {
            const label = text.ruleLists[list];
            const field = form.getInputProps(list);
            if (isOfProviders(list))
              return <MultiSelect key={list} label={label} data={KINDS} searchable clearable {...field} />;
            const description = list.endsWith('Models') ? text.modelsHelp : text.addressesHelp;
            return <TagsInput key={list} maxTags={MOST} acceptValueOnBlur {...{ label, description }} {...field} />;
          })}
        </>
      )}
    </FormDialog>
  );
}

/** What a key is narrowed to, beside what is granted to its team or project. */
export function RulesCard({ of }: { of: KeyDetail }) {
  const { may } = useSession();
  const [isEditing, { open, close }] = useDisclosure();
  const rules = rulesOf(of);
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" mb={4}>
        <Title order={2} size="h5">
          {text.rules}
        </Title>
        {may('key.update') && of.status === 'ACTIVE' && (
          <Button variant="default" size="compact-sm" leftSection={<IconPencil size={ICON} />} onClick={open}>
            {text.rulesEdit}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" mb={of.rules ? 'sm' : 0}>
        {of.rules ? text.rulesAbout : text.rulesNone}
      </Text>
      {of.rules && (
        <Facts
          items={LISTS.map((list) => [
            text.ruleLists[list],
            rules[list].length > 0 && <Chips key={list} list={list} values={rules[list]} />,
          ])}
        />
      )}
      {isEditing && <EditRules of={of} onClose={close} />}
    </Card>
  );
}
