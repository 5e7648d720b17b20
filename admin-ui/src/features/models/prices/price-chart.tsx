import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import { ChartCard } from '../../../components/charts/chart-card.js';
import { Price } from '../../../components/catalog/price.js';
import { Instant } from '../../../components/values.js';
import { date, moneyShort } from '../../../lib/format.js';
import type { DatedPrice } from './price-history.js';
import { text } from '../text.js';

const HEIGHT = 180;
const DAY_MS = 86_400_000;
const SERIES = [
  { name: 'input', label: text.input, color: 'indigo.6' },
  { name: 'output', label: text.output, color: 'teal.6' },
];
const axisDate = (atMs: number): string => date(new Date(atMs).toISOString());
const AXIS = {
  type: 'number',
  scale: 'time',
  domain: ['dataMin', 'dataMax'],
  tickCount: 6,
  tickFormatter: axisDate,
} as const;

/** For the picture alone, where the precision of a number is enough. */
const height = (usd: string | null): number | null => (usd === null ? null : Number(usd));

/** Every step of the price, and how long the last one has held so far, or will at least. */
function steps(history: readonly DatedPrice[], nowMs: number) {
  const points = history.toReversed().map(({ validFrom, prices }) => ({
    at: Date.parse(validFrom),
    input: height(prices.input),
    output: height(prices.output),
  }));
  const last = points.at(-1)!;
  const span = last.at - points[0]!.at;
  return [...points, { ...last, at: Math.max(nowMs, last.at + Math.max(span / points.length, DAY_MS)) }];
}

/** How the prices of input and output went over time, in steps. */
export const PriceChart = ({ history }: { history: readonly DatedPrice[] }) => (
  <ChartCard
    title={text.priceChart}
    chart={
      <LineChart
        h={HEIGHT}
        data={steps(history, Date.now())}
        dataKey="at"
        series={SERIES}
        curveType="stepAfter"
        withDots={false}
        withLegend
        xAxisProps={AXIS}
        yAxisProps={{ width: 64 }}
        valueFormatter={(value) => moneyShort(String(value))}
        tooltipProps={{ labelFormatter: (at) => (typeof at === 'number' ? axisDate(at) : '') }}
      />
    }
    table={{
      head: [text.from, text.input, text.output],
      rows: history.map(({ validFrom, prices }) => [
        <Instant key="from" at={validFrom} />,
        <Price key="input" prices={prices} of="input" />,
        <Price key="output" prices={prices} of="output" />,
      ]),
    }}
  />
);
