import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { DomainError } from '../../../core/errors.js';
import { Database } from '../../../infra/database/index.js';
import { addressBucket } from './bucket.js';

const TAKE = 'SELECT take_sign_in_attempt($1, $2, $3) AS "waitSeconds"';
const FORGET = `DELETE FROM sign_in_attempts WHERE bucket IN
  (SELECT bucket FROM sign_in_attempts WHERE at[cardinality(at)] < $1::timestamptz - interval '1 hour' LIMIT 100)`;

/** Throttles attempts to sign in, for all instances together, since the count is in the database. */
@Injectable()
export class Attempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Counts an attempt to sign in or to set up.
   * @param account what is being signed in to, where one is named
   * @throws DomainError rate_limit_exceeded, also for the right credential
   */
  async begin(address: string | null, account: string | null): Promise<void> {
    const { signInsPerAccountMinute, signInsPerAddressMinute } = this.config.bounds;
    await this.take(`address ${addressBucket(address ?? '')}`, signInsPerAddressMinute);
    if (account !== null) await this.take(`account ${account}`, signInsPerAccountMinute);
    await this.database.pool.query(FORGET, [this.clock.now()]);
  }

  /**
   * Counts a wrong credential in a header. Right ones are not counted and always served: with 128 bits or more nobody
   * guesses them, and one broken client must not shut out the others behind its address.
   * @throws DomainError rate_limit_exceeded
   */
  async wrongCredential(address: string): Promise<void> {
    await this.take(`header ${addressBucket(address)}`, this.config.bounds.signInsPerAddressMinute);
  }

  private async take(bucket: string, most: number): Promise<void> {
    const { rows } = await this.database.pool.query<{ waitSeconds: number }>(TAKE, [bucket, most, this.clock.now()]);
    const retryAfterSeconds = rows[0]!.waitSeconds;
    if (retryAfterSeconds > 0)
      throw new DomainError('rate_limit_exceeded', 'Too many attempts to sign in; wait a minute', {
        retryAfterSeconds,
      });
  }
}
