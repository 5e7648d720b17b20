import type pg from 'pg';

/**
 * Looks at every commit that uses more of a limit window or an account, since a row is written once a transaction: what
 * is posted and held must not come to more than the limit, and a hard account must hold no more than it has. For cases
 * without grants and without calls that cost more than was held for them.
 */
const WATCH = `
  CREATE TABLE torture_watch (slot bigint, used bigint, allowed bigint);
  CREATE FUNCTION torture_window() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO torture_watch SELECT NEW.id, NEW.posted + NEW.held, amount FROM limits
      WHERE id = NEW.limit_id AND enforcement = 'hard' AND NEW.posted + NEW.held > amount;
    RETURN NULL;
  END $$;
  CREATE TRIGGER torture_window AFTER UPDATE ON limit_windows FOR EACH ROW EXECUTE FUNCTION torture_window();
  CREATE FUNCTION torture_account() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO torture_watch VALUES (NEW.id, NEW.spent + NEW.held, NEW.allocated);
    RETURN NULL;
  END $$;
  CREATE TRIGGER torture_account AFTER UPDATE ON accounts FOR EACH ROW
    WHEN (NEW.credit_mode = 'hard' AND NEW.held > NEW.balance) EXECUTE FUNCTION torture_account()`;

export async function watch(owner: pg.Client): Promise<void> {
  await owner.query(WATCH);
}

/** What was seen, a line for each slot; none when the promise held at every commit. */
export async function seen(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ slot: string; times: string; used: string; allowed: string }>(
    'SELECT slot, count(*) AS times, max(used) AS used, min(allowed) AS allowed FROM torture_watch GROUP BY slot',
  );
  return rows.map(
    ({ slot, times, used, allowed }) => `slot ${slot}: up to ${used} of ${allowed} used, at ${times} commits`,
  );
}

/** What is held anywhere, a line for each; none when nothing is. */
export async function heldAnywhere(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ what: string; id: string; held: string }>(`
    SELECT 'account' AS what, id::text, held::text FROM accounts WHERE held <> 0
    UNION ALL SELECT 'window', id::text, held::text FROM limit_windows WHERE held <> 0
    UNION ALL SELECT 'job', id::text, (credits_held + ceiling_held + cost_held)::text FROM jobs
      WHERE credits_held + ceiling_held + cost_held <> 0 OR calls_running <> 0
    UNION ALL SELECT 'call', id::text, (credits_held + cost_held + tokens_held)::text FROM calls
      WHERE state = 'reserved' OR credits_held + cost_held + tokens_held <> 0`);
  return rows.map(({ what, id, held }) => `${what} ${id} holds ${held}`);
}

/** What the ledger's auditor finds, a line for each; none on a healthy ledger. */
export async function auditProblems(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ problem: string; subject: string; expected: string; actual: string }>(
    'SELECT * FROM ledger_audit() LIMIT 50',
  );
  return rows.map(({ problem, subject, expected, actual }) => `${problem} ${subject}: ${expected} <> ${actual}`);
}
