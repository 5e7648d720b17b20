import { ScrollArea, SegmentedControl } from '@mantine/core';
import { useSearchParams } from 'react-router';

export const WINDOWS = ['H1', 'H4', 'H12', 'D1', 'D7', 'D30', 'D90', 'D365'] as const;
export type Window = (typeof WINDOWS)[number];

const LABELS: Readonly<Record<Window, string>> = {
  H1: '1h',
  H4: '4h',
  H12: '12h',
  D1: '1d',
  D7: '7d',
  D30: '30d',
  D90: '90d',
  D365: '365d',
};

/** The window of time of a page, kept in the address bar. */
export function useTimeWindow(standard: Window = 'D1'): [Window, (window: Window) => void] {
  const [params, setParams] = useSearchParams();
  const asked = params.get('window') as Window | null;
  const window = asked && WINDOWS.includes(asked) ? asked : standard;
  const change = (chosen: Window): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.set('window', chosen);
        return next;
      },
      { replace: true },
    );
  return [window, change];
}

export const TimeWindow = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: Window;
  onChange: (window: Window) => void;
}) => (
  <ScrollArea type="never" maw="100%">
    <SegmentedControl
      aria-label={label}
      value={value}
      onChange={(chosen) => onChange(chosen)}
      data={WINDOWS.map((window) => ({ value: window, label: LABELS[window] }))}
    />
  </ScrollArea>
);
