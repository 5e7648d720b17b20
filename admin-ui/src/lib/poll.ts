import { useEffect, useRef } from 'react';

/** Somebody who did nothing for this long is away; polling for them would keep their session alive for ever. */
const AWAY_MS = 5 * 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'scroll'] as const;

/** Runs work every so often while the page is seen and somebody is there. */
export function usePoll(work: () => unknown, everyMs: number): void {
  const current = useRef(work);
  useEffect(() => {
    current.current = work;
  });
  useEffect(() => {
    let lastSignAt = Date.now();
    const noteSign = (): void => {
      lastSignAt = Date.now();
    };
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && Date.now() - lastSignAt < AWAY_MS) void current.current();
    }, everyMs);
    for (const sign of SIGNS) addEventListener(sign, noteSign, { passive: true });
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS) removeEventListener(sign, noteSign);
    };
  }, [everyMs]);
}
