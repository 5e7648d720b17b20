import { Anchor, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import type { Prices as Book } from '../../components/catalog/prices.js';
import { anyOfKind } from '../../components/catalog/provider-marks.js';
import { planNames } from '../../components/plans.js';
import { Facts } from '../../components/facts.js';
import { StatTile } from '../../components/stat-tile.js';
import { EmptyState } from '../../components/states.js';
import { Count, Instant, Money } from '../../components/values.js';
import type { ModelQuery } from '../../gql/model.js';
import { count } from '../../lib/format.js';
import { AddPrice } from './prices/add-price.js';
import { capabilityNames } from './capability-names.js';
import { PriceChart } from './prices/price-chart.js';
import { PriceTable } from './prices/price-table.js';
import { text } from './text.js';

export type Details = ModelQuery['model'];

const ICON = 16;

interface PriceTileProps {
  readonly label: string;
  readonly prices: Partial<Book> | undefined;
  readonly of: 'input' | 'output';
  /** What it means that there is no price. */
  readonly missing: string;
}

function PriceTile({ label, prices, of, missing }: PriceTileProps) {
  const usd = prices?.[of];
  const tiers = (prices?.tiers ?? []).filter((tier) => tier.prices[of]);
  const detail = (
    <>
      {usd ? text.perMillion : missing}
      {tiers.map((tier) => (
        <div key={tier.abovePromptTokens}>
          <Money usd={tier.prices[of]!} /> {text.abovePrompt(count(tier.abovePromptTokens))}
        </div>
      ))}
    </>
  );
  return <StatTile label={label} value={usd ? <Money usd={usd} /> : text.none} detail={detail} />;
}

function Tiles({ model }: { model: Details }) {
  const prices = model.currentPrice?.prices;
  const missing = prices ? text.unpricedClass : text.unpricedAbout;
  const tokens = (value: number | null) => (value === null ? text.tokensMissing : <Count value={value} />);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <PriceTile label={text.input} prices={prices} of="input" missing={missing} />
      <PriceTile label={text.output} prices={prices} of="output" missing={missing} />
      <StatTile label={text.contextWindow} value={tokens(model.contextWindow)} detail={text.contextWindowAbout} />
      <StatTile label={text.maxOutput} value={tokens(model.maxOutputTokens)} detail={text.maxOutputAbout} />
    </SimpleGrid>
  );
}

const About = ({ model }: { model: Details }) => (
  <Card withBorder padding="md">
    <Title order={2} size="h5" mb="md">
      {text.facts}
    </Title>
    <Facts
      items={[
        [
          text.servedBy,
          model.provider ? (
            <Anchor component={Link} to={`/providers/${model.provider.id}`} size="sm">
              {model.provider.name}
            </Anchor>
          ) : (
            anyOfKind(model.providerKind)
          ),
        ],
        [text.capabilities, capabilityNames(model.capabilities)],
        [text.plans, planNames(model.plans) || text.everyPlan],
        [text.aliases, <Count key="aliases" value={model.aliasCount} />],
        [text.createdAt, <Instant key="created" at={model.createdAt} />],
        [text.updatedAt, <Instant key="updated" at={model.updatedAt} />],
      ]}
    />
  </Card>
);

function Prices({ model }: { model: Details }) {
  const [isAdding, { open, close }] = useDisclosure();
  const add = (
    <Can action="price.create">
      <Button variant="default" leftSection={<IconPlus size={ICON} />} onClick={open}>
        {text.addPrice}
      </Button>
    </Can>
  );
  const isEmpty = model.prices.length === 0;
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" align="flex-start" mb={isEmpty ? 0 : 'xs'}>
        <div>
          <Title order={2} size="h5">
            {text.prices}
          </Title>
          <Text size="sm" c="dimmed" mt={2}>
            {text.pricesAbout}
          </Text>
        </div>
        {!isEmpty && add}
      </Group>
      {isEmpty ? (
        <EmptyState title={text.noPriceTitle} message={text.noPriceMessage} action={add} />
      ) : (
        <PriceTable history={model.prices} />
      )}
      {isAdding && <AddPrice modelId={model.id} history={model.prices} onClose={close} />}
    </Card>
  );
}

/** What a model can do, what it costs, and what it cost and will cost. */
export const Overview = ({ model }: { model: Details }) => (
  <Stack gap="md">
    <Tiles model={model} />
    <Prices model={model} />
    <SimpleGrid cols={{ base: 1, md: model.prices.length > 1 ? 2 : 1 }} spacing="md">
      <About model={model} />
      {model.prices.length > 1 && <PriceChart history={model.prices} />}
    </SimpleGrid>
  </Stack>
);
