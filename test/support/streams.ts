import type { TestApp } from './app.js';

/** The data of every event of a stream, in order. */
export async function events(response: Response, onEvent: () => void = () => undefined): Promise<string[]> {
  const seen: string[] = [];
  let rest = '';
  for await (const bytes of response.body! as unknown as AsyncIterable<Uint8Array>) {
    rest += Buffer.from(bytes).toString('utf8');
    const parts = rest.split('\n\n');
    rest = parts.pop()!;
    for (const part of parts.filter((each) => each.startsWith('data: '))) {
      seen.push(part.slice('data: '.length));
      onEvent();
    }
  }
  return seen;
}

/** Reads until so many events have come, and leaves the stream open. */
export async function closing(response: Response, count: number): Promise<void> {
  const reader = response.body!.getReader();
  let seen = 0;
  while (seen < count) {
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream ended early');
    seen += Buffer.from(value).toString('utf8').split('data: ').length - 1;
  }
}

const PATIENCE_MS = 25_000;

/** The row of a call once it has ended; it ends a moment after its client has left. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a database row whose columns specs check
export async function settled(app: TestApp, callId: string): Promise<any> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await app.db.query('SELECT * FROM calls WHERE id = $1', [callId]);
    if (rows[0] && (rows[0] as { state: string }).state !== 'reserved') return rows[0];
    if (Date.now() > deadline) throw new Error(`call ${callId} has not ended`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
