import type pg from 'pg';

const NAME = "INSERT INTO installation (name, value) VALUES ('id', gen_random_uuid()) ON CONFLICT DO NOTHING";
const VALUE = "SELECT value FROM installation WHERE name = 'id'";

/** The id of the installation on this database: what several installations share, such as a Redis, is kept apart by it. */
export async function installationId(pool: pg.Pool): Promise<string> {
  await pool.query(NAME);
  const { rows } = await pool.query<{ value: string }>(VALUE);
  return rows[0]!.value;
}
