import { Card, Table, Text } from '@mantine/core';
import { Price } from '../../../components/catalog/price.js';
import {
  type ClassPrices,
  PRICE_CLASSES,
  type PriceClass,
  type Prices,
  thresholdsIn,
  type TypedPrices,
} from '../../../components/catalog/prices.js';
import { text as shared } from '../../../components/catalog/text.js';
import { Money } from '../../../components/values.js';
import { compareDecimals } from '../../../lib/decimal.js';
import { count } from '../../../lib/format.js';
import { text } from '../text.js';

type Stated = Partial<ClassPrices>;
type Book = Partial<Prices> | null | undefined;

interface Line {
  readonly key: string;
  readonly of: PriceClass;
  /** Null: the price without a tier. */
  readonly above: number | null;
  readonly before: Stated;
  readonly after: Stated;
}

const isSame = (a: string | null | undefined, b: string | null | undefined): boolean =>
  a && b ? compareDecimals(a, b) === 0 : !a && !b;

/** What a book says itself of a tier, or without one. */
function statedAt(book: Book, above: number | null): Stated {
  if (above !== null) return book?.tiers?.find(({ abovePromptTokens }) => abovePromptTokens === above)?.prices ?? {};
  return Object.fromEntries(PRICE_CLASSES.map((each) => [each, book?.[each] ?? null]));
}

const linesOf = (before: Book, after: Book): Line[] =>
  [null, ...thresholdsIn(before, after)].flatMap((above) => {
    const [old, next] = [statedAt(before, above), statedAt(after, above)];
    return PRICE_CLASSES.filter((each) => !isSame(old[each], next[each])).map((of) => ({
      ...{ key: `${above ?? ''}/${of}`, of, above },
      ...{ before: old, after: next },
    }));
  });

/** In a tier, no price of its own says that there is none, since no other class stands in for it there. */
function Amount({ line: { above, of }, prices }: { line: Line; prices: Stated }) {
  if (above === null) return <Price prices={prices} of={of} />;
  const usd = prices[of];
  return usd ? <Money usd={usd} /> : <>{shared.tierNone}</>;
}

interface PricePreviewProps {
  readonly before: Prices | undefined;
  /** As typed; null when nothing is. */
  readonly after: TypedPrices | null;
}

/** What of the prices that hold at that time becomes something else. */
export function PricePreview({ before, after }: PricePreviewProps) {
  const changed = linesOf(before, after);
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
            {changed.map((line) => (
              <Table.Tr key={line.key}>
                <Table.Td>
                  {shared.classes[line.of]}
                  {line.above !== null && (
                    <Text size="xs" c="dimmed">
                      {shared.tierAbove(count(line.above))}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right" c="dimmed">
                  <Amount line={line} prices={line.before} />
                </Table.Td>
                <Table.Td ta="right">
                  <Amount line={line} prices={line.after} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}
