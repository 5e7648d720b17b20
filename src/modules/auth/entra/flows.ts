import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { Database } from '../../../infra/database/index.js';
import { hashToken, isToken, newToken } from '../sessions/session-token.js';

/** What somebody sets out to the directory for. The secret of a link stays with the browser. */
export type Intent = { readonly kind: 'sign_in' } | { readonly kind: 'setup' | 'invitation'; readonly token: string };

/** What has to be remembered until the person comes back. */
export interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** A path of this installation. */
  readonly returnTo: string;
}

const INSERT = `
  INSERT INTO sign_in_flows (cookie_hash, state, nonce, code_verifier, return_to, intent, token_hash, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
const TAKE = `
  DELETE FROM sign_in_flows WHERE cookie_hash = $1
  RETURNING state, nonce, code_verifier AS "codeVerifier", return_to AS "returnTo", intent,
            token_hash AS "tokenHash", expires_at AS "expiresAt"`;
const SWEEP = `
  DELETE FROM sign_in_flows WHERE cookie_hash IN
    (SELECT cookie_hash FROM sign_in_flows WHERE expires_at < $1 LIMIT 100)`;

interface FlowRow extends Flow {
  readonly intent: Intent['kind'];
  readonly tokenHash: string | null;
  readonly expiresAt: Date;
}

/** Sign-ins on their way: each is bound to one browser by a cookie, can be taken up once, and soon runs out. */
@Injectable()
export class Flows {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** @returns the value of the cookie */
  async begin(flow: Flow, intent: Intent): Promise<string> {
    const now = this.clock.nowMs();
    const token = newToken();
    const link = intent.kind === 'sign_in' ? null : intent.token;
    const expiresAt = new Date(now + this.config.bounds.signInFlowMs);
    const { state, nonce, codeVerifier, returnTo } = flow;
    const values = [hashToken(token), state, nonce, codeVerifier, returnTo, intent.kind];
    await this.database.pool.query(SWEEP, [new Date(now)]);
    await this.database.pool.query(INSERT, [...values, link && hashToken(link), expiresAt]);
    return link === null ? token : `${token}.${link}`;
  }

  /** Takes up the flow of a cookie; null when there is none any more. Nobody can take it up again. */
  async take(cookie: string): Promise<(Flow & { intent: Intent }) | null> {
    const [token = '', link = '', ...more] = cookie.split('.');
    if (!isToken(token) || more.length > 0) return null;
    const { rows } = await this.database.pool.query<FlowRow>(TAKE, [hashToken(token)]);
    const row = rows[0];
    if (!row || row.expiresAt <= this.clock.now()) return null;
    if (row.intent === 'sign_in') return { ...row, intent: { kind: 'sign_in' } };
    return row.tokenHash === hashToken(link) ? { ...row, intent: { kind: row.intent, token: link } } : null;
  }
}
