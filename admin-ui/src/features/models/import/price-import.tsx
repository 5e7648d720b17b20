import { useLazyQuery } from '@apollo/client/react';
import { Alert, Anchor, Button, Skeleton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { Can } from '../../../components/can.js';
import { Page } from '../../../components/page.js';
import { ErrorState } from '../../../components/states.js';
import { PriceImportPreviewDocument } from '../../../gql/price-import.js';
import { ConfirmImport, type Done } from './confirm-import.js';
import { DiffTable } from './diff-table.js';
import type { Preview, PreviewRow } from './rows.js';
import { type Asked, SourceForm } from './source-form.js';
import { text } from './text.js';

/** The colour stands in the icon and the ground; the words keep the contrast of text. */
const WORDS = { message: { color: 'var(--mantine-color-text)' } };

const Result = ({ done }: { done: Done }) => (
  <Alert color="teal" icon={<IconCheck size={20} />} role="status" styles={WORDS}>
    {text.done(done.modelsCreated, done.pricesAdded)}{' '}
    <Anchor component={Link} to="/models" size="sm">
      {text.toModels}
    </Anchor>
  </Alert>
);

interface ComparedProps {
  readonly asked: Asked;
  readonly preview: Preview;
  readonly onDone: (done: Done) => void;
}

function Compared({ asked, preview, onDone }: ComparedProps) {
  const [chosen, setChosen] = useState<PreviewRow[]>([]);
  const [isAsking, setAsking] = useState(false);
  const take = (
    <Button disabled={chosen.length === 0} onClick={() => setAsking(true)}>
      {text.import}
    </Button>
  );
  return (
    <>
      <DiffTable rows={preview.rows} chosen={chosen} onChoose={setChosen} actions={take} />
      {isAsking && <ConfirmImport {...{ asked, preview, chosen, onDone }} onClose={() => setAsking(false)} />}
    </>
  );
}

function Content() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  // Rows of two previews may share an id and differ: they must not meet in the cache.
  const [read, { data, error, loading }] = useLazyQuery(PriceImportPreviewDocument, { fetchPolicy: 'no-cache' });
  const compare = (input: Asked): void => {
    setAsked(input);
    void read({ variables: { input } });
  };
  const ask = (input: Asked): void => {
    setDone(null);
    compare(input);
  };
  const finish = (result: Done): void => {
    setDone(result);
    if (asked) compare(asked);
  };
  const preview = data?.priceImportPreview;
  return (
    <Page title={text.title} about={text.about}>
      <SourceForm onAsk={ask} isBusy={loading} />
      {done && <Result done={done} />}
      {loading && <Skeleton h={320} role="status" aria-busy aria-label={text.comparing} />}
      {error && !loading && <ErrorState error={error} onRetry={() => asked && compare(asked)} />}
      {preview && asked && !loading && !error && (
        <Compared key={preview.fingerprint} {...{ asked, preview }} onDone={finish} />
      )}
    </Page>
  );
}

/** Compares a price list with the catalogue and takes from it what somebody chooses. */
export const PriceImport = () => (
  <Can action="price.import" page>
    <Content />
  </Can>
);
