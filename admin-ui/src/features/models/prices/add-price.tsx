import { useMutation } from '@apollo/client/react';
import { Card, SegmentedControl, Stack, Table, Text, TextInput } from '@mantine/core';
import { Price } from '../../../components/catalog/price.js';
import { PriceInputs } from '../../../components/catalog/price-inputs.js';
import {
  classesIn,
  PRICE_CLASSES,
  type PriceForm,
  priceForm,
  priceProblems,
  type Prices,
  typedPrices,
} from '../../../components/catalog/prices.js';
import { text as shared } from '../../../components/catalog/text.js';
import { FormDialog } from '../../../components/form-dialog.js';
import { notifyDone } from '../../../components/notify.js';
import { AddModelPriceDocument, ModelDocument } from '../../../gql/model.js';
import { compareDecimals } from '../../../lib/decimal.js';
import { type DatedPrice, priceAt } from './price-history.js';
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

const isSame = (a: string | null | undefined, b: string | null | undefined): boolean =>
  a && b ? compareDecimals(a, b) === 0 : !a && !b;

/** What of the prices that hold at that time becomes something else. */
function Preview({ before, after }: { before: Prices | undefined; after: Partial<Prices> }) {
  const changed = classesIn(before, priceForm({ ...priceForm(null), ...after })).filter(
    (each) => !isSame(before?.[each], after[each]),
  );
  return (
    <Card withBorder padding="sm" aria-live="polite">
      <Text size="sm" fw={600} mb={4}>
        {text.preview}
      </Text>
      {changed.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.previewSame}
        </Text>
      ) : (
        <Table verticalSpacing={4} horizontalSpacing={0}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.previewClass}</Table.Th>
              <Table.Th ta="right">{text.before}</Table.Th>
              <Table.Th ta="right">{text.after}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changed.map((each) => (
              <Table.Tr key={each}>
                <Table.Td>{shared.classes[each]}</Table.Td>
                <Table.Td ta="right" c="dimmed">
                  <Price prices={before} of={each} />
                </Table.Td>
                <Table.Td ta="right">
                  <Price prices={after} of={each} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

function problemsOf(values: Values): Partial<Record<keyof Values, string | null>> {
  const isLater = values.when === 'later';
  return {
    ...(typedPrices(values) === null && { input: text.noneTyped }),
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
          <PriceInputs field={(each) => form.getInputProps(each)} />
          <Preview
            before={priceAt(history, beginMs(form.values))?.prices}
            after={Object.fromEntries(PRICE_CLASSES.map((each) => [each, form.values[each].trim() || null]))}
          />
        </>
      )}
    </FormDialog>
  );
}
