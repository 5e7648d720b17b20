import { DomainError, notFound } from '../../core/errors.js';
import { creditsAsJsonNumber, formatUsd, microCredits, nanoUsd } from '../../core/money.js';
import type { Exhausted, JobCeiling, Refusal } from './batch/operation.js';

/** Ids from here on are of limit windows; those below are of accounts. */
const FIRST_WINDOW = 1n << 40n;

const isWindow = (slot: string): boolean => BigInt(slot) >= FIRST_WINDOW;

/**
 * The ledger's refusal as its caller is told of it.
 * @param describe words for a limit window that is used up; the ledger knows windows by number only
 */
export function refusalOf(refusal: Refusal, jobId: string, describe: (refusal: Exhausted) => DomainError): DomainError {
  switch (refusal.code) {
    case 'invalid_api_key':
      return new DomainError('invalid_api_key', 'Invalid API key');
    case 'suspended':
      return new DomainError('suspended', `${refusal.reason ?? 'Access is suspended'}. Please contact support.`);
    case 'job_closed':
      return new DomainError('job_closed', `Job is ${refusal.reason}; it takes no more calls`);
    case 'exhausted':
      if (isWindow(refusal.slot)) return describe(refusal);
      return refusal.unit === 'micro_credit' ? insufficientCredits(refusal) : insufficientBalance(refusal);
    case 'job_ceiling':
      return ceilingReached(refusal);
    case 'stale':
      return new DomainError('overloaded', 'Limits change too often right now; retry', { retryAfterSeconds: 1 });
    case 'already_ended':
    case 'already_closed':
      return new DomainError('conflict', 'It has ended already');
    case 'not_found':
      return notFound('Job', jobId);
  }
}

function insufficientCredits(refusal: Exhausted): DomainError {
  const amount = (text: string): number => creditsAsJsonNumber(microCredits(BigInt(text)));
  const [remaining, held, required] = [amount(refusal.amount), amount(refusal.held), amount(refusal.required)];
  const message = `Insufficient credits. Team has ${remaining} credits remaining (${held} held by open jobs), but ${required} required`;
  const details = { credits_remaining: remaining, credits_held: held, credits_required: required };
  return new DomainError('insufficient_credits', message, details);
}

const usd = (text: string): string => formatUsd(nanoUsd(BigInt(text)));

function insufficientBalance(refusal: Exhausted): DomainError {
  const [balance, held, required] = [usd(refusal.amount), usd(refusal.held), usd(refusal.required)];
  const message = `Insufficient balance. The organization has ${balance} USD (${held} held), but ${required} may be required`;
  return new DomainError('insufficient_credits', message, { balance, held, required });
}

function ceilingReached(refusal: JobCeiling): DomainError {
  const used = usd((BigInt(refusal.posted) + BigInt(refusal.held)).toString());
  const [limit, required] = [usd(refusal.amount), usd(refusal.required)];
  const message = `The job's ceiling of ${limit} USD leaves too little: ${used} USD are used or held, the call may cost ${required} USD`;
  return new DomainError('spend_limit_exceeded', message, { scope: 'job', limit, used, required });
}
