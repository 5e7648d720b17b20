import { Progress } from '@mantine/core';

const COLORS = ['indigo.6', 'teal.6', 'yellow.6', 'grape.6', 'cyan.6', 'orange.6'];
const GREY = 'gray.5';

/** The colour of a target in the bar; from the seventh on they are alike. */
export const shareColor = (at: number): string => COLORS[at] ?? GREY;

/** How calls are shared among targets, as one bar. It repeats the figures beside each target, so it is not read out. */
export const ShareBar = ({ shares }: { shares: readonly number[] }) => (
  <Progress.Root size="lg" aria-hidden>
    {shares.map((share, at) => share > 0 && <Progress.Section key={at} value={share} color={shareColor(at)} />)}
  </Progress.Root>
);
