import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { Database } from '../../../infra/database/index.js';
import { People } from '../../users/index.js';
import { hashToken, newToken } from '../sessions/session-token.js';

/** One-time links that make the first owner. They are printed at start, where only an operator can read them. */
@Injectable()
export class SetupLinks {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** A new link's path, or null when nobody can or need be made owner by one. */
  async issue(): Promise<string | null> {
    if (!this.config.entra || (await this.people.hasOwner())) return null;
    const token = newToken();
    const now = this.clock.nowMs();
    await this.database.pool.query('DELETE FROM setup_links WHERE expires_at <= $1', [new Date(now)]);
    await this.database.pool.query('INSERT INTO setup_links (token_hash, expires_at) VALUES ($1, $2)', [
      hashToken(token),
      new Date(now + this.config.bounds.setupLinkMs),
    ]);
    return `/setup#token=${token}`;
  }

  /** Whether the link still works. */
  async isOpen(token: string): Promise<boolean> {
    const text = 'SELECT FROM setup_links WHERE token_hash = $1 AND expires_at > $2';
    const { rowCount } = await this.database.pool.query(text, [hashToken(token), this.clock.now()]);
    return rowCount === 1 && !(await this.people.hasOwner());
  }

  /** Spends the link; of two at once only one gets true. */
  async spend(token: string): Promise<boolean> {
    const text = 'DELETE FROM setup_links WHERE token_hash = $1 AND expires_at > $2';
    const { rowCount } = await this.database.pool.query(text, [hashToken(token), this.clock.now()]);
    return rowCount === 1;
  }
}
