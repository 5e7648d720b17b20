import { Global, Module } from '@nestjs/common';
import { checkedKey, IdempotencyKeyField } from './idempotency-key.js';
import { Once, tooLargeToKeep, usedBefore } from './once.js';
import {
  type Claim,
  IdempotencyRecords,
  type KeptAnswer,
  type KeptRecord,
  type KeyedRequest,
  type Work,
} from './records.js';
import { requestHash } from './request-hash.js';

@Global()
@Module({ providers: [IdempotencyRecords, Once], exports: [IdempotencyRecords, Once] })
export class IdempotencyModule {}

export { checkedKey, IdempotencyKeyField, IdempotencyRecords, Once, requestHash, tooLargeToKeep, usedBefore };
export type { Claim, KeptAnswer, KeptRecord, KeyedRequest, Work };
