import { SimpleGrid, Text } from '@mantine/core';
import { StatTile } from '../../components/stat-tile.js';
import { Count, Credits, Money } from '../../components/values.js';
import type { JobQuery } from '../../gql/job.js';
import { basisPoints } from '../../lib/decimal.js';
import { count, credits, duration, money, percent } from '../../lib/format.js';
import { text } from './text.js';

type Job = JobQuery['job'];

const BASIS = 10_000;

function creditsDetail({ creditsHeld, creditApplied }: Job): string {
  if (/[1-9]/.test(creditsHeld)) return text.heldNow(credits(creditsHeld));
  return creditApplied ? text.charged : text.notCharged;
}

function callsDetail({ callCount, calls }: Job): string {
  return text.callsMade(count(callCount), calls.filter(({ outcome }) => outcome === 'ERROR').length);
}

/** The figures at the head of a job. */
export function JobFigures({ job }: { job: Job }) {
  const { costCharged, margin, maxCost, tokensIn, tokensOut, durationMs } = job;
  const share = margin && percent(basisPoints(margin, costCharged) / BASIS);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, md: margin ? 5 : 4 }} spacing="sm">
      <StatTile
        label={text.cost}
        value={<Money usd={costCharged} short />}
        detail={maxCost ? text.ceiling(money(maxCost)) : text.noCeiling}
      />
      {margin && share && (
        <StatTile label={text.margin} value={<Money usd={margin} short />} detail={text.ofCharged(share)} />
      )}
      <StatTile label={text.credits} value={<Credits amount={job.creditsCharged} />} detail={creditsDetail(job)} />
      <StatTile
        label={text.tokens}
        value={<Count value={String(BigInt(tokensIn) + BigInt(tokensOut))} />}
        detail={text.inAndOut(count(tokensIn), count(tokensOut))}
      />
      <StatTile
        label={text.duration}
        value={durationMs === null ? <Text inherit>{text.running}</Text> : duration(durationMs)}
        detail={callsDetail(job)}
      />
    </SimpleGrid>
  );
}
