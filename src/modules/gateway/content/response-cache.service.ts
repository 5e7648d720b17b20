import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { Secret } from '../../../core/secret.js';
import { Database } from '../../../infra/database/index.js';
import { Log } from '../../../infra/telemetry/index.js';
import { Vault } from '../../../infra/vault/index.js';
import type { Route } from '../../catalog/index.js';
import type { CallRequest } from '../pipeline/call.js';
import { type CachedAnswer, cacheText } from './answers/cached-answer.js';
import { ContentQueue } from './content-queue.service.js';

/** A call that the cache of its project is for. */
export interface CacheLookup {
  readonly key: Buffer;
  /** Null when none is kept, and when the client asked for a new one. */
  readonly answer: CachedAnswer | null;
}

/** An answer is as old as the project allows now, whatever it allowed when the answer was kept. */
const FIND = `
  SELECT answer FROM response_cache
  WHERE project_id = $1 AND key = $2 AND expires_at > $3 AND created_at > $3::timestamptz - $4 * interval '1 second'`;
/** The lock lets nothing be kept after somebody has turned the cache off. */
const KEEP = `
  INSERT INTO response_cache (project_id, key, organization_id, answer, created_at, expires_at)
  SELECT p.id, $2, p.organization_id, $3, $4, $4::timestamptz + p.cache_ttl_seconds * interval '1 second'
    FROM projects p WHERE p.id = $1 AND p.cache_ttl_seconds IS NOT NULL FOR SHARE
  ON CONFLICT (project_id, key) DO UPDATE SET answer = excluded.answer, created_at = excluded.created_at,
    expires_at = excluded.expires_at`;
const TRIM = `
  DELETE FROM response_cache WHERE project_id = $1 AND key IN
    (SELECT key FROM response_cache WHERE project_id = $1 ORDER BY expires_at DESC, key OFFSET $2)`;
const EMPTY = `
  WITH emptied AS (DELETE FROM response_cache WHERE project_id = $1 RETURNING 1)
  SELECT count(*)::integer AS count FROM emptied`;

/** Answers of the projects that keep them, sealed in the database: the same for every process, without Redis. */
@Injectable()
export class ResponseCache {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly queue: ContentQueue,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Null, and no statement is sent, for a call that has nothing to do with a cache. Never throws. */
  async look(request: CallRequest, route: Route): Promise<CacheLookup | null> {
    const { keeps, projectId } = request.caller;
    const ttlSeconds = keeps?.cacheTtlSeconds ?? null;
    if (ttlSeconds === null || request.operation !== 'chat' || request.cacheControl === 'no-store') return null;
    const key = this.vault.digest(cacheText(request, route));
    if (request.cacheControl === 'no-cache') return { key, answer: null };
    try {
      return { key, answer: await this.find(projectId!, key, ttlSeconds) };
    } catch (error) {
      // Whoever asks is served by the model all the same.
      this.log.warn('the response cache cannot be read', { projectId, error });
      return { key, answer: null };
    }
  }

  /** Keeps an answer behind the call, in place of an older one; one that is too large is not kept. */
  keep({ id, caller }: CallRequest, { key }: CacheLookup, answer: CachedAnswer, bytes: number): void {
    const store = async (): Promise<void> => {
      const text = JSON.stringify(answer);
      const { cacheEntryBytes, cacheEntriesPerProject } = this.config.bounds;
      if (Buffer.byteLength(text) > cacheEntryBytes) return;
      const sealed = this.vault.seal(new Secret(text), ownerOf(caller.projectId!, key));
      await this.database.pool.query(KEEP, [caller.projectId, key, sealed, this.clock.now()]);
      await this.database.pool.query(TRIM, [caller.projectId, cacheEntriesPerProject]);
    };
    this.queue.offer({ kind: 'answer', callId: id, bytes, store });
  }

  /** Removes all answers of a project that the actor was found to reach; gives how many there were. */
  async empty(ctx: Ctx, projectId: string): Promise<number> {
    const [row] = await ctx.em.query<{ count: number }[]>(EMPTY, [projectId]);
    return row!.count;
  }

  private async find(projectId: string, key: Buffer, ttlSeconds: number): Promise<CachedAnswer | null> {
    const values = [projectId, key, this.clock.now(), ttlSeconds];
    const query = { name: 'response_cache_find', text: FIND, values };
    const { rows } = await this.database.pool.query<{ answer: string }>(query);
    if (!rows[0]) return null;
    return JSON.parse(this.vault.open(rows[0].answer, ownerOf(projectId, key)).reveal()) as CachedAnswer;
  }
}

const ownerOf = (projectId: string, key: Buffer): string => `response-cache ${projectId} ${key.toString('hex')}`;
