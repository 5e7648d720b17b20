import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/ctx.js';
import { DomainError, invalid } from '../../core/errors.js';
import { newUuid } from '../../core/id.js';
import { IdempotencyRecords, type KeyedRequest, type Run } from './records.js';
import { resultOf, resultText } from './result-text.js';

/** A row that vanished between two looks; more often than this it does not happen by chance. */
const MOST_LOOKS = 3;

interface Outcome<T> {
  readonly result: T;
  /** Whether the result is that of an earlier request. */
  readonly isRepeat: boolean;
}

/**
 * Work that happens once a key, because the key is claimed, and the result kept, in the transaction of the work. Who
 * repeats it meanwhile waits for that transaction; when it fails, the key is as free as before.
 */
@Injectable()
export class Once {
  constructor(private readonly records: IdempotencyRecords) {}

  /**
   * @param ctx bound to the transaction
   * @throws DomainError invalid_request when the key stands for another request, and whatever work throws
   */
  async run<T>(ctx: Ctx, request: KeyedRequest, work: () => Promise<T>): Promise<Outcome<T>> {
    const run: Run = (text, values) => ctx.em.query(text, values);
    for (let look = 0; look < MOST_LOOKS; look++) {
      const claim = await this.records.claim(request, { id: newUuid(), epoch: null, notes: {} }, run);
      if (claim) {
        const result = await work();
        await this.records.keep(claim, { status: 200, headers: {}, body: resultText(result) }, run);
        return { result, isRepeat: false };
      }
      const record = await this.records.find(request, run);
      if (record) {
        if (!record.isSameRequest) throw usedBefore(request.field);
        return { result: resultOf(bodyOf(record.answer?.body)) as T, isRepeat: true };
      }
    }
    throw new DomainError('conflict', 'The idempotency key is being removed; retry', { retryAfterSeconds: 1 });
  }
}

export const usedBefore = (field: string): DomainError => invalid(field, 'was used for another request before');

function bodyOf(body: string | null | undefined): string {
  if (body === null || body === undefined) throw tooLargeToKeep();
  return body;
}

export const tooLargeToKeep = (): DomainError =>
  new DomainError('conflict', 'The request was done before; its answer was too large to keep');
