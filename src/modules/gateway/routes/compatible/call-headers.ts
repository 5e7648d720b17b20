import type { IncomingHttpHeaders } from 'node:http';
import { invalid } from '../../../../core/errors.js';

const OWN = 'x-tollkeeper-';
const MAX_TEXT_CHARS = 200;
/** Speaks to the administration, and is no fact about a call. */
const OF_OTHERS = new Set(['organization']);

/** What the headers of a call say about it, where its body belongs to a vendor's API. */
export interface CallHeaders {
  /** Job that the call belongs to; null for one that opens and closes its own. */
  readonly jobId: string | null;
  readonly jobType: string | null;
  readonly purpose: string | null;
  /** Asserted by the client. */
  readonly userId: string | null;
  /** Every other x-tollkeeper- header, by its name without that. */
  readonly metadata: Record<string, string>;
}

/** @throws DomainError invalid_request naming the header */
export function callHeaders(headers: IncomingHttpHeaders): CallHeaders {
  const own = Object.entries(headers)
    .filter(([name]) => name.startsWith(OWN))
    .map(([name, value]) => [name.slice(OWN.length), String(value)] as const)
    .filter(([name]) => !OF_OTHERS.has(name));
  const { 'job-type': jobType, purpose, user, ...metadata } = Object.fromEntries(own);
  const jobId = headers['x-job-id'];
  if (Array.isArray(jobId)) throw invalid('x-job-id', 'is given more than once');
  if (jobId !== undefined && jobType !== undefined)
    throw invalid(`${OWN}job-type`, 'goes without x-job-id: that job has a type');
  return {
    jobId: jobId ?? null,
    jobType: short('job-type', jobType),
    purpose: short('purpose', purpose),
    userId: short('user', user),
    metadata,
  };
}

/** Whether the client wants no other target to be tried when the first one fails. */
export function mayFallBack(headers: IncomingHttpHeaders): boolean {
  const value = headers['x-no-fallback'];
  if (value === undefined || value === 'false') return true;
  if (value === 'true') return false;
  throw invalid('x-no-fallback', "must be 'true' or 'false'");
}

function short(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (value === '' || value.length > MAX_TEXT_CHARS)
    throw invalid(`${OWN}${name}`, `must have 1 to ${MAX_TEXT_CHARS} characters`);
  return value;
}
