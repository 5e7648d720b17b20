import { Button, Card, Group, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { Fragment } from 'react';
import { Can } from '../../components/can.js';
import { Price } from '../../components/catalog/price.js';
import {
  type ClassPrices,
  classesIn,
  classesInTiers,
  type PriceClass,
  pricesAbove,
  thresholdsIn,
} from '../../components/catalog/prices.js';
import { text as shared } from '../../components/catalog/text.js';
import { Money } from '../../components/values.js';
import { count } from '../../lib/format.js';
import { EditPrice } from './alias-dialogs.js';
import { type Details, modelPrices } from './targets/chain.js';
import { text } from './text.js';

const ICON = 16;
const COLUMNS = 4;

/** What holds for prompts of one length; null where there is no book. */
interface Books {
  readonly model: Partial<ClassPrices> | null;
  readonly override: Partial<ClassPrices> | null;
  readonly paid: Partial<ClassPrices> | null;
}

const Rows = ({ classes, books: { model, override, paid } }: { classes: readonly PriceClass[]; books: Books }) =>
  classes.map((each) => {
    const own = override?.[each];
    return (
      <Table.Tr key={each}>
        <Table.Td>{shared.classes[each]}</Table.Td>
        {model && (
          <Table.Td ta="right" c="dimmed" td={own ? 'line-through' : undefined}>
            <Price prices={model} of={each} />
          </Table.Td>
        )}
        <Table.Td ta="right">{own ? <Money usd={own} /> : text.unknown}</Table.Td>
        <Table.Td ta="right" fw={600}>
          <Price prices={paid} of={each} />
        </Table.Td>
      </Table.Tr>
    );
  });

/** The rows of prompts of any length, and below them what is otherwise above each threshold. */
function AllRows({ alias }: { alias: Details }) {
  const { priceOverride: override, currentPrice: paid } = alias;
  const model = modelPrices(alias);
  const every = [model, override, paid];
  const booksAbove = (length: number): Books => ({
    model: pricesAbove(model, length),
    override: pricesAbove(override, length),
    paid: pricesAbove(paid, length),
  });
  return (
    <>
      <Rows classes={classesIn(...every)} books={booksAbove(0)} />
      {thresholdsIn(...every).map((length) => (
        <Fragment key={length}>
          <Table.Tr>
            <Table.Th colSpan={model ? COLUMNS : COLUMNS - 1} scope="colgroup" pt="sm">
              {shared.tierAbove(count(length))}
            </Table.Th>
          </Table.Tr>
          <Rows classes={classesInTiers(...every)} books={booksAbove(length)} />
        </Fragment>
      ))}
    </>
  );
}

/** What clients pay: the price of the model, or what stands in its place. */
export function PriceCard({ alias }: { alias: Details }) {
  const [isEditing, { open, close }] = useDisclosure();
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {text.prices}
        </Title>
        <Can action="alias.update">
          <Button variant="default" size="xs" leftSection={<IconPencil size={ICON} />} onClick={open}>
            {text.priceEdit}
          </Button>
        </Can>
      </Group>
      <Table verticalSpacing={6} horizontalSpacing={0}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.priceClass}</Table.Th>
            {modelPrices(alias) && <Table.Th ta="right">{text.priceModel}</Table.Th>}
            <Table.Th ta="right">{text.priceOverride}</Table.Th>
            <Table.Th ta="right">{text.pricePaid}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <AllRows alias={alias} />
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt="sm">
        {alias.currentPrice ? text.pricesAbout : text.priceNone}
      </Text>
      {isEditing && <EditPrice alias={alias} onClose={close} />}
    </Card>
  );
}
