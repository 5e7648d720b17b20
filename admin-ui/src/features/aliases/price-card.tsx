import { Button, Card, Group, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { Can } from '../../components/can.js';
import { Price } from '../../components/catalog/price.js';
import { classesIn } from '../../components/catalog/prices.js';
import { text as shared } from '../../components/catalog/text.js';
import { Money } from '../../components/values.js';
import { EditPrice } from './alias-dialogs.js';
import { type Details, modelPrices } from './targets/chain.js';
import { text } from './text.js';

const ICON = 16;

function Rows({ alias }: { alias: Details }) {
  const base = modelPrices(alias);
  return classesIn(base, alias.priceOverride, alias.currentPrice).map((each) => {
    const override = alias.priceOverride?.[each];
    return (
      <Table.Tr key={each}>
        <Table.Td>{shared.classes[each]}</Table.Td>
        {base && (
          <Table.Td ta="right" c="dimmed" td={override ? 'line-through' : undefined}>
            <Price prices={base} of={each} />
          </Table.Td>
        )}
        <Table.Td ta="right">{override ? <Money usd={override} /> : text.unknown}</Table.Td>
        <Table.Td ta="right" fw={600}>
          <Price prices={alias.currentPrice} of={each} />
        </Table.Td>
      </Table.Tr>
    );
  });
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
          <Rows alias={alias} />
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt="sm">
        {alias.currentPrice ? text.pricesAbout : text.priceNone}
      </Text>
      {isEditing && <EditPrice alias={alias} onClose={close} />}
    </Card>
  );
}
