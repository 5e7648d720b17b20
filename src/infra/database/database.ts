import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { Config } from '../../config/index.js';
import { ALL_ORGANIZATIONS, type Ctx } from '../../core/ctx.js';
import { Log } from '../telemetry/index.js';
import { APPLICATION_ROLE } from './options.js';
import { managerFor } from './scoped-em.js';
import { SteadyConnection } from './steady-connection.js';

/** The doors to PostgreSQL: entity managers bound to an organization, transactions, and raw connections. */
@Injectable()
export class Database implements OnApplicationShutdown {
  /** Raw connections for the ledger and the gateway, over all organizations; each statement is its own transaction. */
  readonly pool: pg.Pool;
  private readonly managers = new Map<string, EntityManager>();
  private readonly raw: pg.ClientConfig;

  constructor(
    private readonly dataSource: DataSource,
    config: Config,
    private readonly log: Log,
  ) {
    this.raw = {
      connectionString: config.databaseUrl!.reveal(),
      // The hot path's statements are short: compiling them costs more than running them.
      options: `-c role=${APPLICATION_ROLE} -c app.organization=${ALL_ORGANIZATIONS} -c jit=off`,
      connectionTimeoutMillis: 5_000,
    };
    this.pool = new pg.Pool({ ...this.raw, max: config.bounds.ledgerPoolSize, application_name: 'tollkeeper-gateway' });
    // An idle connection broke; the next query opens another.
    this.pool.on('error', (error) => log.warn('idle database connection failed', { error }));
  }

  /** An entity manager that sees the rows of one organization, or of all. */
  manager(organizationId: string): EntityManager {
    let manager = this.managers.get(organizationId);
    if (!manager) {
      if (this.managers.size > 1_000) this.managers.clear();
      manager = managerFor(this.dataSource, organizationId);
      this.managers.set(organizationId, manager);
    }
    return manager;
  }

  /** Runs work in one transaction, handing it a Ctx bound to it; commits when work resolves, rolls back when it throws. */
  transaction<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    return this.manager(ctx.organizationId).transaction((em) => work(ctx.withManager(em)));
  }

  /** A connection of its own for one caller, over all organizations, that comes back by itself when it breaks. */
  steady(name: string): SteadyConnection {
    return new SteadyConnection(() => new pg.Client({ ...this.raw, application_name: name }), this.log);
  }

  /** Whether the database answers; for readiness. */
  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
