import { useMutation } from '@apollo/client/react';
import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { PriceInputs } from '../../../components/catalog/price-inputs.js';
import {
  hasOwnPrice,
  type PriceForm,
  priceForm,
  priceProblems,
  typedPrices,
} from '../../../components/catalog/prices.js';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { AddModelPriceDocument, ModelDocument } from '../../../gql/model.js';
import { type DatedPrice, priceAt } from './price-history.js';
import { PricePreview } from './price-preview.js';
import { text } from '../text.js';

interface Values extends PriceForm {
  when: 'now' | 'later';
  /** As the browser gives it: without a zone, which is the viewer's. */
  validFrom: string;
}

const TIMES = [
  { value: 'now', label: text.whenNow },
  { value: 'later', label: text.whenLater },
];

const beginMs = ({ when, validFrom }: Values): number =>
  when === 'now' || validFrom === '' ? Date.now() : Date.parse(validFrom);

function problemsOf(values: Values): ReturnType<typeof priceProblems> & { validFrom: string | null } {
  const isLater = values.when === 'later';
  return {
    ...(!hasOwnPrice(values) && { input: text.noneTyped }),
    ...priceProblems(values),
    validFrom: isLater && Number.isNaN(Date.parse(values.validFrom)) ? text.dateMissing : null,
  };
}

interface AddPriceProps {
  readonly modelId: string;
  readonly history: readonly DatedPrice[];
  readonly onClose: () => void;
}

/** Asks for a whole price book from an instant on, beginning with the one that holds. */
export function AddPrice({ modelId, history, onClose }: AddPriceProps) {
  const [add] = useMutation(AddModelPriceDocument, { refetchQueries: [ModelDocument] });
  const current = priceAt(history, Date.now()) ?? history[0];
  const submit = async (values: Values): Promise<void> => {
    const prices = typedPrices(values)!;
    const validFrom = values.when === 'later' ? new Date(values.validFrom).toISOString() : null;
    await add({ variables: { modelId, input: { prices, validFrom } } });
    notifyDone(text.priceAdded);
  };
  return (
    <FormDialog<Values>
      title={text.addPriceTitle}
      submitLabel={text.addPriceSubmit}
      size="lg"
      initial={{ ...priceForm(current?.prices), when: 'now', validFrom: '' }}
      validate={problemsOf}
      onSubmit={submit}
      onClose={onClose}
    >
      {(form) => (
        <>
          <Stack gap={6}>
            <Text size="sm" fw={500} id="price-when">
              {text.when}
            </Text>
            <SegmentedControl aria-labelledby="price-when" data={TIMES} {...form.getInputProps('when')} />
          </Stack>
          {form.values.when === 'later' && (
            <TextInput
              type="datetime-local"
              withAsterisk
              label={text.date}
              description={text.dateHelp}
              {...form.getInputProps('validFrom')}
            />
          )}
          <PriceInputs form={form} />
          <PricePreview before={priceAt(history, beginMs(form.values))?.prices} after={typedPrices(form.values)} />
        </>
      )}
    </FormDialog>
  );
}
