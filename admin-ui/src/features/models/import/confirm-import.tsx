import { useMutation } from '@apollo/client/react';
import { List, Text } from '@mantine/core';
import { FormDialog } from '../../../components/form-dialog.js';
import { Instant } from '../../../components/values.js';
import { ModelsDocument } from '../../../gql/models.js';
import { ImportPricesDocument, type ImportPricesMutation } from '../../../gql/price-import.js';
import { countOf, type Preview, type PreviewRow } from './rows.js';
import type { Asked } from './source-form.js';
import { text } from './text.js';

export type Done = ImportPricesMutation['importPrices'];

interface ConfirmImportProps {
  readonly asked: Asked;
  readonly preview: Preview;
  readonly chosen: readonly PreviewRow[];
  readonly onDone: (done: Done) => void;
  readonly onClose: () => void;
}

/** Says once more what is about to be added, and adds it. */
export function ConfirmImport({ asked, preview, chosen, onDone, onClose }: ConfirmImportProps) {
  const [run] = useMutation(ImportPricesDocument, { refetchQueries: [ModelsDocument] });
  const submit = async (): Promise<void> => {
    const input = { ...asked, fingerprint: preview.fingerprint, rowIds: chosen.map(({ id }) => id) };
    const { data } = await run({ variables: { input } });
    if (data) onDone(data.importPrices);
  };
  return (
    <FormDialog
      title={text.confirmTitle}
      submitLabel={text.confirmSubmit}
      initial={{}}
      onSubmit={submit}
      onClose={onClose}
    >
      {() => (
        <>
          <List size="sm" spacing={4}>
            <List.Item>{text.confirmNew(countOf(chosen, 'NEW'))}</List.Item>
            <List.Item>{text.confirmChanged(countOf(chosen, 'CHANGED'))}</List.Item>
            <List.Item>
              {text.confirmFrom} {asked.validFrom ? <Instant at={asked.validFrom} /> : text.confirmNow}
            </List.Item>
          </List>
          <Text size="sm" c="dimmed">
            {text.confirmAbout}
          </Text>
        </>
      )}
    </FormDialog>
  );
}
