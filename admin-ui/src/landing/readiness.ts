const TIMEOUT_MS = 5_000;

export interface Readiness {
  readonly state: 'ready' | 'not-ready' | 'unreachable';
  readonly text: string;
}

/** Asks GET /health/ready. Any answer but 200 counts as not ready; none at all as unreachable. */
export async function askReadiness(): Promise<Readiness> {
  try {
    const answer = await fetch('/health/ready', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.ok) return { state: 'ready', text: 'Ready' };
    const failing = failingChecks(await answer.json().catch(() => null));
    return { state: 'not-ready', text: failing.length > 0 ? `Not ready: ${failing.join(', ')}` : 'Not ready' };
  } catch {
    return { state: 'unreachable', text: 'Server unreachable' };
  }
}

/** Names in `{"checks": {"database": "ok", "queue": "down"}}` whose value is not `ok`; empty for another shape. */
function failingChecks(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('checks' in body)) return [];
  if (typeof body.checks !== 'object' || body.checks === null) return [];
  return Object.entries(body.checks).flatMap(([name, value]) => (value === 'ok' ? [] : [name]));
}
