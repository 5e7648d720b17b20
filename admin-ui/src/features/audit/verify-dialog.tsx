import { useLazyQuery } from '@apollo/client/react';
import { Alert, Anchor, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { type Icon, IconAlertTriangle, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { EntitySelect } from '../../components/entity-select.js';
import { Facts } from '../../components/facts.js';
import { ErrorState } from '../../components/states.js';
import { Count, Instant } from '../../components/values.js';
import { AuditVerificationDocument, type AuditVerificationQuery } from '../../gql/audit.js';
import { useSession } from '../../lib/session.js';
import { text } from './text.js';

type Verification = AuditVerificationQuery['auditVerification'];

const LOOKS: Readonly<Record<Verification['verdict'], { color: string; icon: Icon }>> = {
  OK: { color: 'teal', icon: IconShieldCheck },
  UNANCHORED: { color: 'yellow', icon: IconAlertTriangle },
  TAMPERED: { color: 'red', icon: IconShieldX },
};

/** The colour stands in the icon and the ground; the words keep the contrast of text. */
const TITLE = { title: { color: 'var(--mantine-color-text)' } };

function Fault({ fault }: { fault: NonNullable<Verification['fault']> }) {
  return (
    <Stack gap={2}>
      <span>
        {fault.sequence && text.faultRow(fault.sequence)}{' '}
        {fault.id && (
          <Anchor component={Link} to={`/audit?entry=${encodeURIComponent(fault.id)}`} size="sm">
            {text.openRow}
          </Anchor>
        )}
      </span>
      <span>{fault.problem}</span>
    </Stack>
  );
}

function Result({ found }: { found: Verification }) {
  const { color, icon: VerdictIcon } = LOOKS[found.verdict];
  return (
    <Stack gap="md" role="status">
      <Alert color={color} icon={<VerdictIcon size={20} />} title={text.verdicts[found.verdict]} styles={TITLE}>
        {text.verdictMessages[found.verdict]}
      </Alert>
      <Facts
        items={[
          [text.firstFault, found.fault && <Fault fault={found.fault} />],
          [text.rowsChecked, <Count key="rows" value={found.rows} />],
          [text.anchoredTo, <Count key="anchored" value={found.anchoredTo} />],
          [text.unanchored, <Count key="unanchored" value={found.unanchored} />],
          [text.unchained, found.unchained > 0 && <Count value={found.unchained} />],
          [text.lastCheckpoint, found.checkpoint],
          [text.verifiedAt, <Instant key="at" at={found.at} shape="second" />],
        ]}
      />
    </Stack>
  );
}

/** Has the server verify one chain of the log, and says in words what it found. */
export function VerifyDialog({ organizationId, onClose }: { organizationId: string | null; onClose: () => void }) {
  const { viewer } = useSession();
  const [chain, setChain] = useState(organizationId);
  const [verify, { data, error, loading }] = useLazyQuery(AuditVerificationDocument, { fetchPolicy: 'no-cache' });
  const run = (): void => void verify({ variables: { organizationId: chain } });
  return (
    <Modal opened onClose={onClose} title={text.verifyTitle} size="lg" centered>
      <Stack>
        <Text size="sm">{text.verifyAbout}</Text>
        {!viewer.organizationId && (
          <EntitySelect
            kind="organization"
            label={text.verifyChain}
            description={text.verifyChainHelp}
            placeholder={text.platform}
            clearable
            value={chain}
            onChange={setChain}
          />
        )}
        {loading ? null : error ? <ErrorState error={error} onRetry={run} /> : null}
        {data && !loading && !error && <Result found={data.auditVerification} />}
        <Text size="xs" c="dimmed">
          {text.offline} <Code>{text.offlineCommand}</Code>
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.close}
          </Button>
          <Button data-autofocus loading={loading} onClick={run}>
            {text.verifyRun}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
