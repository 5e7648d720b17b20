import { Accordion, Badge, Box, Card, Group, Stack, Text, Title } from '@mantine/core';
import { EmptyState } from '../../../components/states.js';
import { Money } from '../../../components/values.js';
import type { JobQuery } from '../../../gql/job.js';
import { duration } from '../../../lib/format.js';
import { CallDetails } from './call-details.js';
import { text } from '../text.js';
import { type Bar, type PartKind, timelineOf } from './timeline.js';
import './timeline.css';

const NAMES: Readonly<Record<PartKind, string>> = {
  waiting: text.waiting,
  failed: text.attemptFailed,
  answering: text.answering,
  streaming: text.streaming,
  running: text.unfinished,
};
const TICKS = [0, 1, 2, 3, 4];
const WHOLE = 100;

/** Under this share of the axis from its end a bar is anchored there, so that its least width stays inside. */
const NEAR_END = 99;

const Legend = ({ bars }: { bars: readonly Bar[] }) => {
  const kinds = new Set(bars.flatMap(({ parts }) => parts.map(({ kind }) => kind)));
  return (
    <Group gap="md">
      {(Object.keys(NAMES) as PartKind[])
        .filter((kind) => kinds.has(kind))
        .map((kind) => (
          <Group key={kind} gap={6} wrap="nowrap">
            <span className="timeline-part timeline-swatch" data-kind={kind} />
            <Text size="xs">{NAMES[kind]}</Text>
          </Group>
        ))}
    </Group>
  );
};

const Axis = ({ spanMs }: { spanMs: number }) => (
  <Box className="timeline-row timeline-head" visibleFrom="sm" c="dimmed" aria-hidden>
    <span />
    <div className="timeline-axis">
      {TICKS.map((tick) => (
        <span key={tick}>{duration((spanMs * tick) / (TICKS.length - 1))}</span>
      ))}
    </div>
  </Box>
);

function Track({ bar }: { bar: Bar }) {
  const { start, length, parts } = bar;
  const said = parts.map(({ kind, ms }) => text.part(NAMES[kind], duration(ms))).join(', ');
  const place = start > NEAR_END ? { right: 0 } : { left: `${start}%` };
  return (
    <span className="timeline-track" role="img" aria-label={said} title={said}>
      <span className="timeline-bar" style={{ ...place, width: `${Math.min(length, WHOLE)}%` }}>
        {parts.map(({ kind, ms }, at) => (
          <span key={at} className="timeline-part" data-kind={kind} style={{ flexGrow: ms }} />
        ))}
      </span>
    </span>
  );
}

const CallRow = ({ bar, number }: { bar: Bar; number: number }) => {
  const { alias, purpose, latencyMs, chargedCost, outcome, cached } = bar.call;
  return (
    <span className="timeline-row">
      <span>
        <Group component="span" gap={6} wrap="nowrap">
          <Text span size="sm" fw={500} truncate>
            {alias}
          </Text>
          {cached && (
            <Badge component="span" size="xs" variant="outline" color="gray" tt="none" miw="max-content">
              {text.cached}
            </Badge>
          )}
        </Group>
        <Text span size="xs" c={outcome === 'ERROR' ? 'var(--tk-bad)' : 'dimmed'} truncate display="block">
          {outcome === 'ERROR' ? text.failed : (purpose ?? text.callNumber(number))}
        </Text>
      </span>
      <Track bar={bar} />
      <Text span size="sm" className="timeline-figure">
        {latencyMs === null ? text.none : duration(latencyMs)}
      </Text>
      <Text span size="sm" className="timeline-figure">
        <Money usd={chargedCost} />
      </Text>
    </span>
  );
};

/** The calls of a job on one time axis; each opens with all that is known of it. */
export function CallsTimeline({ job }: { job: JobQuery['job'] }) {
  const { spanMs, bars } = timelineOf(job, Date.now());
  return (
    <Card withBorder padding={0}>
      <Stack gap="xs" p="md" pb="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h5">
            {text.timeline}
          </Title>
          <Legend bars={bars} />
        </Group>
        {bars.length > 0 && (
          <Text size="sm" c="dimmed">
            {text.timelineAbout(duration(spanMs))}
          </Text>
        )}
      </Stack>
      {bars.length === 0 ? (
        <EmptyState title={text.noCallsTitle} message={text.noCallsMessage} />
      ) : (
        <>
          <Axis spanMs={spanMs} />
          <Accordion multiple chevronPosition="left" chevronSize={18} order={3}>
            {bars.map((bar, at) => (
              <Accordion.Item key={bar.call.id} value={bar.call.id}>
                <Accordion.Control>
                  <CallRow bar={bar} number={at + 1} />
                </Accordion.Control>
                <Accordion.Panel>
                  <CallDetails call={bar.call} />
                </Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
        </>
      )}
    </Card>
  );
}
