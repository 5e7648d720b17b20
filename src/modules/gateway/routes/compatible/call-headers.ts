import type { IncomingHttpHeaders } from 'node:http';
import { invalid } from '../../../../core/errors.js';
import type { CallRequest } from '../../pipeline/call.js';

const OWN = 'x-tollkeeper-';
const MAX_TEXT_CHARS = 200;
const TIMEOUT = 'timeout-ms';
/** Speak to the administration or say how a call is made, and are no facts about it. */
const OF_OTHERS = new Set(['organization', TIMEOUT]);

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

/**
 * How the client wants a call to be made, whichever API it comes by.
 * @param mostMs the longest that any call may take
 * @throws DomainError invalid_request naming the header
 */
export function callControls(
  headers: IncomingHttpHeaders,
  mostMs: number,
): Pick<CallRequest, 'mayFallBack' | 'timeoutMs' | 'cacheControl'> {
  return {
    mayFallBack: mayFallBack(headers['x-no-fallback']),
    timeoutMs: timeoutMs(headers[OWN + TIMEOUT], mostMs),
    cacheControl: cacheControl(headers['cache-control']),
  };
}

/** Of the directives of HTTP only these two are a matter of the client; browsers and proxies send others along. */
function cacheControl(value: string | undefined): CallRequest['cacheControl'] {
  const directives = value
    ?.toLowerCase()
    .split(',')
    .map((each) => each.trim());
  return (['no-store', 'no-cache'] as const).find((each) => directives?.includes(each)) ?? null;
}

function mayFallBack(value: string | string[] | undefined): boolean {
  if (value === undefined || value === 'false') return true;
  if (value === 'true') return false;
  throw invalid('x-no-fallback', "must be 'true' or 'false'");
}

function timeoutMs(value: string | string[] | undefined, mostMs: number): number | null {
  if (value === undefined) return null;
  const ms = /^[1-9]\d{0,8}$/.test(String(value)) ? Number(value) : NaN;
  if (!(ms <= mostMs)) throw invalid(OWN + TIMEOUT, `must be a whole number of milliseconds from 1 to ${mostMs}`);
  return ms;
}

function short(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (value === '' || value.length > MAX_TEXT_CHARS)
    throw invalid(`${OWN}${name}`, `must have 1 to ${MAX_TEXT_CHARS} characters`);
  return value;
}
