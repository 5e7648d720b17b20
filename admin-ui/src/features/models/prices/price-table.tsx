import { Badge, Group, Table, Text } from '@mantine/core';
import { Fragment } from 'react';
import { Price } from '../../../components/catalog/price.js';
import { classesIn, type PriceClass, type PriceTier, pricesAbove } from '../../../components/catalog/prices.js';
import { text as shared } from '../../../components/catalog/text.js';
import { ScrollTable } from '../../../components/scroll-table.js';
import { Instant } from '../../../components/values.js';
import { count } from '../../../lib/format.js';
import { type DatedPrice, type PriceState, stateOf } from './price-history.js';
import { text } from '../text.js';

const COLORS: Readonly<Record<PriceState, string>> = { current: 'teal', planned: 'blue', past: 'gray' };
const FIRST_COLUMN = 170;
const COLUMN = 90;

interface RowProps {
  readonly price: DatedPrice;
  readonly state: PriceState;
  readonly classes: readonly PriceClass[];
}

const colorOf = (state: PriceState): string | undefined => (state === 'past' ? 'dimmed' : undefined);

const PriceRow = ({ price, state, classes }: RowProps) => (
  <Table.Tr c={colorOf(state)}>
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
        <Price prices={{ ...price.prices, tiers: null }} of={each} />
      </Table.Td>
    ))}
  </Table.Tr>
);

/** What a call with a long prompt costs; what it costs as without the tier is dimmed. */
const TierRow = ({ price, state, classes, tier }: RowProps & { readonly tier: PriceTier }) => (
  <Table.Tr c={colorOf(state)}>
    <Table.Td pl="lg">
      <Text size="xs" c="dimmed">
        {shared.tierAbove(count(tier.abovePromptTokens))}
      </Text>
    </Table.Td>
    {classes.map((each) => (
      <Table.Td key={each} ta="right" c={tier.prices[each] ? undefined : 'dimmed'}>
        <Price prices={pricesAbove(price.prices, tier.abovePromptTokens)} of={each} />
      </Table.Td>
    ))}
  </Table.Tr>
);

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
            const row = { price, classes, state: stateOf(price, history, now) };
            return (
              <Fragment key={price.id}>
                <PriceRow {...row} />
                {price.prices.tiers?.map((tier) => (
                  <TierRow key={tier.abovePromptTokens} {...row} tier={tier} />
                ))}
              </Fragment>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollTable>
  );
}
