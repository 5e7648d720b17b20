import { type DataSource, EntityManager, type QueryRunner, type ReplicationMode } from 'typeorm';
import { narrow } from './visibility.js';

interface Connection {
  query(text: string, values: unknown[]): Promise<unknown>;
  /** Organization that this pooled connection is set to see; undefined on a new connection, which sees none. */
  tollkeeperOrganization?: string;
}

/**
 * An entity manager whose every connection is first set to one organization, so that row-level security holds for all
 * that is read or written through it. The setting is sent only when the pooled connection is set to another one.
 */
export function managerFor(dataSource: DataSource, organizationId: string): EntityManager {
  const scoped = Object.create(dataSource) as DataSource;
  scoped.createQueryRunner = (mode?: ReplicationMode) => scopedRunner(dataSource, organizationId, mode);
  const manager = new EntityManager(scoped);
  narrow(manager, organizationId);
  Object.defineProperty(scoped, 'manager', { value: manager });
  return manager;
}

function scopedRunner(dataSource: DataSource, organizationId: string, mode?: ReplicationMode): QueryRunner {
  const runner = dataSource.createQueryRunner(mode);
  narrow(runner.manager, organizationId);
  const connect = runner.connect.bind(runner) as () => Promise<Connection>;
  runner.connect = async () => {
    const connection = await connect();
    if (connection.tollkeeperOrganization !== organizationId) {
      await connection.query("SELECT set_config('app.organization', $1, false)", [organizationId]);
      connection.tollkeeperOrganization = organizationId;
    }
    return connection;
  };
  return runner;
}
