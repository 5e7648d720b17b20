import '@mantine/charts/styles.css';
import { AreaChart } from '@mantine/charts';
import { Center, SegmentedControl, Skeleton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { UsageOverTimeQuery } from '../../gql/usage-over-time.js';
import * as format from '../../lib/format.js';
import { text } from '../text.js';
import { Count, Instant, Money } from '../values.js';
import { ChartCard } from './chart-card.js';

type Report = UsageOverTimeQuery['usage'];
type Point = Report['points'][number];

const HEIGHT = 240;
const DAY_MS = 86_400_000;

interface Measure {
  readonly label: string;
  readonly color: string;
  /** For the picture alone, where the precision of a number is enough. */
  readonly height: (point: Point) => number;
  readonly show: (value: number) => string;
}

const MEASURES = {
  cost: {
    label: text.cost,
    color: 'indigo.6',
    height: (point) => Number(point.chargedCost),
    show: (value) => format.moneyShort(plain(value)),
  },
  tokens: {
    label: text.tokens,
    color: 'teal.6',
    height: (point) => Number(point.tokensIn) + Number(point.tokensOut),
    show: format.compact,
  },
  calls: { label: text.calls, color: 'violet.6', height: (point) => point.calls, show: format.compact },
  errorRate: {
    label: text.errorRate,
    color: 'red.6',
    height: ({ calls, errors }) => (calls === 0 ? 0 : errors / calls),
    show: format.percent,
  },
} as const satisfies Record<string, Measure>;
type MeasureName = keyof typeof MEASURES;

/** A number of the axis without an exponent. */
const plain = (value: number): string => value.toFixed(6).replace(/\.?0+$/, '');

const TABLE_HEAD = [text.from, text.calls, text.errors, text.tokensIn, text.tokensOut, text.cost];

const row = (point: Point): ReactNode[] => [
  <Instant key="at" at={point.at} />,
  <Count key="calls" value={point.calls} />,
  <Count key="errors" value={point.errors} />,
  <Count key="in" value={point.tokensIn} />,
  <Count key="out" value={point.tokensOut} />,
  <Money key="cost" usd={point.chargedCost} />,
];

/** Where a label of the axis begins, so that none stands there twice. */
const firstOfEach = (label: (at: string) => string, instants: readonly string[]): string[] =>
  instants.filter((at, index) => index === 0 || label(at) !== label(instants[index - 1]!));

function Picture({ report, measure: name }: { report: Report; measure: MeasureName }) {
  if (report.totals.calls === 0)
    return (
      <Center h={HEIGHT} c="dimmed" fz="sm">
        {text.noCalls}
      </Center>
    );
  const measure: Measure = MEASURES[name];
  const tick = Date.parse(report.to) - Date.parse(report.from) > DAY_MS ? format.dayShort : format.clock;
  const instants = report.points.map((point) => point.at);
  return (
    <AreaChart
      h={HEIGHT}
      data={report.points.map((point) => ({ at: point.at, value: measure.height(point) }))}
      dataKey="at"
      series={[{ name: 'value', label: measure.label, color: measure.color }]}
      curveType="monotone"
      withDots={false}
      xAxisProps={{ tickFormatter: tick, minTickGap: 32, ticks: firstOfEach(tick, instants) }}
      yAxisProps={{ width: 72 }}
      valueFormatter={measure.show}
      // Before anything is pointed at, the tooltip has no label.
      tooltipProps={{ labelFormatter: (at) => (at ? format.dateTime(at as string) : '') }}
    />
  );
}

/** Cost, tokens or calls of a window over time; the report is undefined while it is loading. */
export function UsageChart({ title, report }: { title: string; report: Report | undefined }) {
  const [measure, setMeasure] = useState<MeasureName>('cost');
  const choices = Object.entries(MEASURES).map(([value, { label }]) => ({ value, label }));
  return (
    <ChartCard
      title={title}
      controls={
        <SegmentedControl
          size="xs"
          aria-label={`${title}: ${text.measure}`}
          value={measure}
          onChange={(chosen) => setMeasure(chosen as MeasureName)}
          data={choices}
        />
      }
      chart={report ? <Picture report={report} measure={measure} /> : <Skeleton h={HEIGHT} />}
      table={{ head: TABLE_HEAD, rows: (report?.points ?? []).toReversed().map(row) }}
    />
  );
}
