import type { UsageWindow } from '../../gql/usage-over-time.js';
import type { Window } from '../time-window.js';

/** The server's name of a window of the address bar. */
export const USAGE_WINDOW: Readonly<Record<Window, UsageWindow>> = {
  H1: 'LAST_1H',
  H4: 'LAST_4H',
  H12: 'LAST_12H',
  D1: 'LAST_1D',
  D7: 'LAST_7D',
  D30: 'LAST_30D',
  D90: 'LAST_90D',
  D365: 'LAST_365D',
};
