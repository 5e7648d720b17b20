import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconShieldCheck } from '@tabler/icons-react';
import { useSearchParams } from 'react-router';
import { Can } from '../../components/can.js';
import { Page, PageTabs } from '../../components/page.js';
import { Checkpoints } from './checkpoints.js';
import { Entries } from './entries.js';
import { SavedViews } from './filters/saved-views.js';
import { text } from './text.js';
import { VerifyDialog } from './verify-dialog.js';

const TABS = [
  { key: 'entries', label: text.entries, render: () => <Entries /> },
  { key: 'checkpoints', label: text.checkpoints, render: () => <Checkpoints /> },
];

/** Who did what, when, and with which result; and the proof that nobody has altered it. */
export function AuditLog() {
  const [params] = useSearchParams();
  const [isVerifying, { open, close }] = useDisclosure();
  const actions = (
    <>
      <SavedViews />
      <Button leftSection={<IconShieldCheck size={16} />} onClick={open}>
        {text.verify}
      </Button>
    </>
  );
  return (
    <Can action="audit.read" page>
      <Page title={text.title} about={text.about} actions={actions}>
        <PageTabs tabs={TABS} />
        {isVerifying && <VerifyDialog organizationId={params.get('organizationId')} onClose={close} />}
      </Page>
    </Can>
  );
}
