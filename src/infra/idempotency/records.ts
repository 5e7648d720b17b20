import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { Clock } from '../../core/clock.js';
import { Secret } from '../../core/secret.js';
import { Database } from '../database/index.js';
import { Tasks } from '../queue/index.js';
import { Vault } from '../vault/index.js';

/** A request that came with a key. The same key in another scope is another key. */
export interface KeyedRequest {
  readonly scope: string;
  readonly key: string;
  /** How its sender names the key, for an error message. */
  readonly field: string;
  /** Whose rows its sender reaches: an organization, or ALL_ORGANIZATIONS. */
  readonly organizationId: string;
  /** What is asked for: the method and path, or the field. */
  readonly operation: string;
  /** SHA-256 of what it is asked with. */
  readonly hash: Buffer;
}

/** The right to run a request and to write its answer, until somebody takes it over. */
export interface Claim {
  readonly scope: string;
  readonly key: string;
  readonly id: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for one that was too large to keep. */
  readonly body: string | null;
}

/** Who runs a request: the start of a process, and what that process notes of its work before it begins. */
export interface Work {
  /** Id of the claim to it. */
  readonly id: string;
  readonly epoch: bigint | null;
  readonly notes: Readonly<Record<string, string>>;
}

export interface KeptRecord {
  readonly claim: Claim;
  readonly isSameRequest: boolean;
  readonly work: Work;
  /** Null while the request runs. */
  readonly answer: KeptAnswer | null;
}

/** Runs a statement and gives its rows, in a transaction or not. */
export type Run = <T>(text: string, values: unknown[]) => Promise<T[]>;

interface Row {
  readonly claim_id: string;
  readonly operation: string;
  readonly request_hash: Buffer;
  readonly epoch: string | null;
  readonly notes: Record<string, string>;
  readonly status: number | null;
  readonly headers: Record<string, string> | null;
  readonly body: string | null;
}

const PURGE_EVERY_MS = 60 * 60 * 1000;
const PURGE_BATCH = 1_000;
const PURGE_BATCHES = 1_000;

/** A record that has run out and was not purged yet is as good as none. */
const CLAIM = `
  WITH claimed AS (
    INSERT INTO idempotency_records AS record
      (scope, key, organization_id, operation, request_hash, claim_id, epoch, notes, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (scope, key) DO UPDATE SET organization_id = excluded.organization_id, operation = excluded.operation,
      request_hash = excluded.request_hash, state = 'in_progress', claim_id = excluded.claim_id,
      epoch = excluded.epoch, notes = excluded.notes, status = NULL, headers = NULL, body = NULL,
      created_at = excluded.created_at, expires_at = excluded.expires_at
      WHERE record.expires_at <= excluded.created_at
    RETURNING 1)
  SELECT 1 FROM claimed`;
const FIND = `
  SELECT claim_id, operation, request_hash, epoch, notes, status, headers, body FROM idempotency_records
  WHERE scope = $1 AND key = $2`;
const MINE = "scope = $1 AND key = $2 AND claim_id = $3 AND state = 'in_progress'";
const TAKE_OVER = `
  WITH taken AS (UPDATE idempotency_records SET claim_id = $4, epoch = $5, notes = $6 WHERE ${MINE} RETURNING 1)
  SELECT 1 FROM taken`;
const KEEP = `
  WITH kept AS (
    UPDATE idempotency_records SET state = 'done', status = $4, headers = $5, body = $6 WHERE ${MINE} RETURNING 1)
  SELECT 1 FROM kept`;
const RELEASE = `DELETE FROM idempotency_records WHERE ${MINE}`;
const PURGE = `
  DELETE FROM idempotency_records WHERE (scope, key) IN
    (SELECT scope, key FROM idempotency_records WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`;

/** The table of requests that came with a key, and of what was answered to them. */
@Injectable()
export class IdempotencyRecords implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly tasks: Tasks,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.tasks.schedule('purge-idempotency', PURGE_EVERY_MS, () => this.purge());
  }

  /** Null when the key is taken. In a transaction this waits for the end of another one that has just taken it. */
  async claim(request: KeyedRequest, work: Work, run: Run = this.alone): Promise<Claim | null> {
    const { scope, key, organizationId, operation, hash } = request;
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + this.config.bounds.idempotencyKeepMs);
    const place = [scope, key, organizationId, operation, hash];
    const rows = await run(CLAIM, [...place, work.id, epochOf(work), JSON.stringify(work.notes), now, expiresAt]);
    return rows.length > 0 ? { scope, key, id: work.id } : null;
  }

  /** Null when the key was released, or ran out, in the meantime. */
  async find({ scope, key, operation, hash }: KeyedRequest, run: Run = this.alone): Promise<KeptRecord | null> {
    const [row] = await run<Row>(FIND, [scope, key]);
    if (!row) return null;
    return {
      claim: { scope, key, id: row.claim_id },
      isSameRequest: row.operation === operation && row.request_hash.equals(hash),
      work: { id: row.claim_id, epoch: row.epoch === null ? null : BigInt(row.epoch), notes: row.notes },
      answer: row.status === null ? null : this.open(row, row.status, ownerOf(scope, key)),
    };
  }

  /** Takes a request from whoever runs it; null when the request has ended, or somebody else was faster. */
  async takeOver({ scope, key, id }: Claim, work: Work): Promise<Claim | null> {
    const values = [scope, key, id, work.id, epochOf(work), JSON.stringify(work.notes)];
    return (await this.alone(TAKE_OVER, values)).length > 0 ? { scope, key, id: work.id } : null;
  }

  /** Keeps the answer for every repeat, or that there was one; false when the claim is no longer good. */
  async keep({ scope, key, id }: Claim, answer: KeptAnswer, run: Run = this.alone): Promise<boolean> {
    const { status, headers, body } = answer;
    const fits = body !== null && Buffer.byteLength(body) <= this.config.bounds.idempotencyBodyBytes;
    const sealed = fits ? this.vault.seal(new Secret(body), ownerOf(scope, key)) : null;
    return (await run(KEEP, [scope, key, id, status, JSON.stringify(headers), sealed])).length > 0;
  }

  /** Forgets the request, so that a repeat runs. */
  async release({ scope, key, id }: Claim): Promise<void> {
    await this.alone(RELEASE, [scope, key, id]);
  }

  /** Removes what has run out. */
  async purge(): Promise<void> {
    for (let batch = 0; batch < PURGE_BATCHES; batch++) {
      const { rowCount } = await this.database.pool.query(PURGE, [this.clock.now(), PURGE_BATCH]);
      if ((rowCount ?? 0) < PURGE_BATCH) return;
    }
  }

  private readonly alone: Run = async <T>(text: string, values: unknown[]): Promise<T[]> =>
    (await this.database.pool.query(text, values)).rows as T[];

  private open({ headers, body }: Row, status: number, owner: string): KeptAnswer {
    return { status, headers: headers ?? {}, body: body === null ? null : this.vault.open(body, owner).reveal() };
  }
}

const epochOf = ({ epoch }: Work): string | null => epoch?.toString() ?? null;

const ownerOf = (scope: string, key: string): string => `idempotency ${scope} ${key}`;
