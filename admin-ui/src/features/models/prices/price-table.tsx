import { Badge, Group, Table } from '@mantine/core';
import { Price } from '../../../components/catalog/price.js';
import { classesIn } from '../../../components/catalog/prices.js';
import { text as shared } from '../../../components/catalog/text.js';
import { ScrollTable } from '../../../components/scroll-table.js';
import { Instant } from '../../../components/values.js';
import { type DatedPrice, type PriceState, stateOf } from './price-history.js';
import { text } from '../text.js';

const COLORS: Readonly<Record<PriceState, string>> = { current: 'teal', planned: 'blue', past: 'gray' };
const FIRST_COLUMN = 170;
const COLUMN = 90;

/** Every price of a model, the latest first, with a column for each class that any of them has. */
export function PriceTable({ history }: { history: readonly DatedPrice[] }) {
  const now = Date.now();
  const classes = classesIn(...history.map(({ prices }) => prices));
  return (
    <ScrollTable label={text.prices} minWidth={FIRST_COLUMN + COLUMN * classes.length}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.validFrom}</Table.Th>
            {classes.map((each) => (
              <Table.Th key={each} ta="right">
                {shared.classes[each]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {history.map((price) => {
            const state = stateOf(price, history, now);
            return (
              <Table.Tr key={price.id} c={state === 'past' ? 'dimmed' : undefined}>
                <Table.Td>
                  <Group gap={8}>
                    <Instant at={price.validFrom} />
                    {state !== 'past' && (
                      <Badge variant="dot" color={COLORS[state]} tt="none" fw={500}>
                        {text[state]}
                      </Badge>
                    )}
                  </Group>
                </Table.Td>
                {classes.map((each) => (
                  <Table.Td key={each} ta="right">
                    <Price prices={price.prices} of={each} />
                  </Table.Td>
                ))}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollTable>
  );
}
