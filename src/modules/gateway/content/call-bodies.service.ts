import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { notFound } from '../../../core/errors.js';
import { isUuid } from '../../../core/id.js';
import { Secret } from '../../../core/secret.js';
import { Database, isOwn } from '../../../infra/database/index.js';
import { Vault } from '../../../infra/vault/index.js';
import type { JsonObject } from '../../../providers/index.js';
import type { CallRequest } from '../pipeline/call.js';
import type { CallBody } from './content.views.js';
import { ContentQueue } from './content-queue.service.js';
import { StoredBody } from './stored-body.entity.js';

/** What is sealed: JSON as text, since what was cut is JSON no more. */
type Sealed = Pick<CallBody, 'request' | 'answer' | 'isRequestCut' | 'isAnswerCut'>;

/** The lock lets nothing be stored after somebody has turned retention off. */
const STORE = `
  INSERT INTO call_bodies (call_id, organization_id, project_id, ciphertext, created_at, expires_at)
  SELECT $1, p.organization_id, p.id, $3, $4, $4::timestamptz + p.retention_days * interval '1 day'
    FROM projects p WHERE p.id = $2 AND p.retention_days IS NOT NULL FOR SHARE
  ON CONFLICT DO NOTHING`;
const DELETE = `
  WITH deleted AS (DELETE FROM call_bodies WHERE project_id = $1 RETURNING 1)
  SELECT count(*)::integer AS count FROM deleted`;
const LAST = `
  SELECT project_id AS id, max(expires_at) AS until FROM call_bodies
  WHERE project_id = ANY($1) AND expires_at > $2 AND ${isOwn('organization_id', '$3')} GROUP BY project_id`;

/** The bodies of calls, for the projects that have asked for it. */
@Injectable()
export class CallBodies {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly queue: ContentQueue,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores what a call was asked and what came of it, behind the call.
   * @param answer null when nothing came
   * @param isCut whether more was answered than is given here
   */
  keep({ id, caller, body }: CallRequest, answer: JsonObject | null, isCut: boolean, bytes: number): void {
    const store = async (): Promise<void> => {
      const [request, isRequestCut] = this.cut(body);
      const [answered, isAnswerCut] = answer ? this.cut(answer) : [null, false];
      const sealed: Sealed = { request, answer: answered, isRequestCut, isAnswerCut: isCut || isAnswerCut };
      const ciphertext = this.vault.seal(new Secret(JSON.stringify(sealed)), ownerOf(id));
      await this.database.pool.query(STORE, [id, caller.projectId, ciphertext, this.clock.now()]);
    };
    this.queue.offer({ kind: 'body', callId: id, bytes, store });
  }

  /** @throws DomainError not_found for a call without a body, one whose days are over, and one of somebody else */
  async get(ctx: Ctx, callId: string): Promise<CallBody> {
    const alive = { callId, expiresAt: MoreThan(this.clock.now()) };
    const stored = isUuid(callId) ? await ctx.em.findOneBy(StoredBody, alive) : null;
    if (!stored) throw notFound('Body of call', callId);
    const { createdAt, expiresAt, ciphertext } = stored;
    const sealed = JSON.parse(this.vault.open(ciphertext, ownerOf(stored.callId)).reveal()) as Sealed;
    return { ...sealed, callId: stored.callId, createdAt, expiresAt };
  }

  /** Until when the bodies of some calls are there; a call without one is left out. */
  async untilOf(ctx: Ctx, callIds: readonly string[]): Promise<Map<string, Date>> {
    if (!ctx.may('call_body.read')) return new Map();
    const where = { callId: In(callIds), expiresAt: MoreThan(this.clock.now()) };
    const stored = await ctx.em.find(StoredBody, { where, select: { callId: true, expiresAt: true } });
    return new Map(stored.map(({ callId, expiresAt }) => [callId, expiresAt]));
  }

  /** When the last body of some projects will be gone; a project without any is left out. */
  async lastOf(ctx: Ctx, projectIds: readonly string[]): Promise<Map<string, Date>> {
    const values = [projectIds, this.clock.now(), ctx.organizationId];
    const rows = await ctx.em.query<{ id: string; until: Date }[]>(LAST, values);
    return new Map(rows.map(({ id, until }) => [id, until]));
  }

  /** Removes all bodies of a project that the actor was found to reach; gives how many there were. */
  async deleteOf(ctx: Ctx, projectId: string): Promise<number> {
    const [row] = await ctx.em.query<{ count: number }[]>(DELETE, [projectId]);
    return row!.count;
  }

  private cut(value: JsonObject): [string, boolean] {
    const bytes = Buffer.from(JSON.stringify(value));
    const { retainedBytes } = this.config.bounds;
    if (bytes.length <= retainedBytes) return [bytes.toString(), false];
    // A character that the cut goes through is left out.
    return [new TextDecoder().decode(bytes.subarray(0, retainedBytes), { stream: true }), true];
  }
}

const ownerOf = (callId: string): string => `call-body ${callId}`;
