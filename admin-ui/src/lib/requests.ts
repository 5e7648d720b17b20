import { chosenOrganization } from './chosen-organization.js';
import { type Failure, RestFailure } from './failure.js';

interface RefusalBody {
  readonly detail?: string;
  readonly code?: string;
  readonly request_id?: string;
}

async function failureIn(answer: Response): Promise<Failure> {
  const body = (await answer.json().catch(() => ({}))) as RefusalBody;
  const message = body.detail ?? `The server answered ${answer.status}.`;
  return { code: (body.code ?? 'internal').toUpperCase(), message, problems: [], requestId: body.request_id ?? null };
}

async function answerOf<T>(request: Promise<Response>): Promise<T> {
  const answer = await request;
  if (!answer.ok) throw new RestFailure(await failureIn(answer));
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** GET of one of our own REST routes. Throws RestFailure. */
export const getJson = <T>(path: string): Promise<T> =>
  answerOf<T>(fetch(path, { headers: { accept: 'application/json' }, credentials: 'same-origin' }));

/** POST of a JSON body to one of our own REST routes. Throws RestFailure. */
export const postJson = <T>(path: string, body: object = {}): Promise<T> =>
  answerOf<T>(
    fetch(path, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(body),
    }),
  );

/** GET of a file from one of our own REST routes, in the name of the organization chosen. Throws RestFailure. */
export async function getFile(path: string): Promise<Blob> {
  const chosen = chosenOrganization();
  const headers: HeadersInit = chosen ? { 'x-tollkeeper-organization': chosen } : {};
  const answer = await fetch(path, { headers, credentials: 'same-origin' });
  if (!answer.ok) throw new RestFailure(await failureIn(answer));
  return answer.blob();
}
