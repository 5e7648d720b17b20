/** A way to forge the ledger, as somebody could who owns the tables; with the checks of the tables themselves off. */
export interface Damage {
  readonly what: string;
  readonly sql: readonly string[];
}

const one = (table: string, where: string): string =>
  `id = (SELECT id FROM ${table} WHERE ${where} ORDER BY id LIMIT 1)`;
const set = (table: string, change: string, where: string): string =>
  `UPDATE ${table} SET ${change} WHERE ${one(table, where)}`;
const damage = (what: string, ...sql: string[]): Damage => ({ what, sql });

const PAYER = "kind IN ('team_credits', 'organization_balance') AND spent > 0";
const ENTRY_OF = (kind: string): string => `tx_id IN (SELECT id FROM ledger_txs WHERE kind = '${kind}')`;
const CHARGED = "state = 'settled' AND charged_cost > 0";
const OVERRUN = `overrun > 0 AND path && ARRAY(SELECT id FROM limit_windows WHERE overrun > 0)`;
const TX = "(SELECT id FROM ledger_txs WHERE kind = 'call_usage' ORDER BY id LIMIT 1)";
const OTHER_TX = `(SELECT t.id FROM ledger_txs t JOIN ledger_entries e ON e.tx_id = t.id AND e.account_id = 3
  WHERE t.kind = 'call_usage' AND t.id <> ${TX} AND e.amount <> (SELECT amount FROM ledger_entries
    WHERE tx_id = ${TX} AND account_id = 3) ORDER BY t.id LIMIT 1)`;
const NEW_TX = "'00000000-0000-7000-8000-00000000beef'::uuid";

export const DAMAGES: readonly Damage[] = [
  damage('an account holds more', set('accounts', 'held = held + 1', PAYER)),
  damage('a balance grows', set('accounts', 'balance = balance + 1', PAYER)),
  damage('an account has spent less', set('accounts', 'spent = spent - 1, balance = balance + 1', PAYER)),
  damage('an account was given more', set('accounts', 'allocated = allocated + 1, balance = balance + 1', PAYER)),
  damage('less was given and less spent', set('accounts', 'allocated = allocated - 1, spent = spent - 1', PAYER)),
  damage('a window has less posted', set('limit_windows', 'posted = posted - 1', 'posted > 0')),
  damage('a window holds less', set('limit_windows', 'held = held - 1', 'held > 0')),
  damage('a window forgets its overrun', set('limit_windows', 'overrun = overrun - 1', 'overrun > 0')),
  damage(
    'a window is of another limit',
    `UPDATE limit_windows SET limit_id = (SELECT l.id FROM limits l
    JOIN limit_windows w ON w.organization_id = l.organization_id JOIN limits o ON o.id = w.limit_id
    WHERE w.posted > 0 AND l.unit <> o.unit ORDER BY w.id, l.id LIMIT 1)
    WHERE id = (SELECT w.id FROM limits l JOIN limit_windows w ON w.organization_id = l.organization_id
      JOIN limits o ON o.id = w.limit_id WHERE w.posted > 0 AND l.unit <> o.unit ORDER BY w.id, l.id LIMIT 1)`,
  ),
  damage('an entry is deleted', `DELETE FROM ledger_entries WHERE ${one('ledger_entries', ENTRY_OF('call_usage'))}`),
  damage('a transaction loses its entries', `DELETE FROM ledger_entries WHERE tx_id = ${TX}`),
  damage(
    'a transaction disappears with its entries',
    `DELETE FROM ledger_entries WHERE tx_id = ${TX}`,
    `DELETE FROM ledger_txs WHERE id = ${TX}`,
  ),
  damage('entries lose their transaction', `DELETE FROM ledger_txs WHERE id = ${TX}`),
  damage('one side of a posting is smaller', set('ledger_entries', 'amount = amount + 1', ENTRY_OF('call_usage'))),
  damage('both sides of a posting are larger', `UPDATE ledger_entries SET amount = amount + 1 WHERE tx_id = ${TX}`),
  damage(
    'both sides of a charge are larger',
    `UPDATE ledger_entries SET amount = amount + 1 WHERE tx_id =
    (SELECT id FROM ledger_txs WHERE kind = 'job_charge' ORDER BY id LIMIT 1)`,
  ),
  damage(
    'two calls swap their amounts',
    `UPDATE ledger_entries e SET amount = (SELECT o.amount FROM ledger_entries o
      WHERE o.account_id = 3 AND o.tx_id = CASE WHEN e.tx_id = ${TX} THEN ${OTHER_TX} ELSE ${TX} END)
    WHERE e.tx_id IN (${TX}, ${OTHER_TX})`,
  ),
  damage(
    'a posting is turned round',
    `UPDATE ledger_entries SET direction = CASE direction WHEN 'debit' THEN 'credit'
    ELSE 'debit' END WHERE tx_id = ${TX}`,
  ),
  damage(
    'an entry goes to another account of its organization',
    `UPDATE ledger_entries e SET account_id = (SELECT a.id
      FROM accounts a WHERE a.organization_id = e.organization_id AND a.unit = e.unit AND a.id <> e.account_id LIMIT 1)
    WHERE id = (SELECT e.id FROM ledger_entries e WHERE e.account_id >= 1000 AND EXISTS (SELECT FROM accounts a
      WHERE a.organization_id = e.organization_id AND a.unit = e.unit AND a.id <> e.account_id) ORDER BY e.id LIMIT 1)`,
  ),
  damage('an entry goes to another system account', set('ledger_entries', 'account_id = 4', `account_id = 5`)),
  damage(
    'a running balance is wrong',
    set('ledger_entries', 'balance_after = balance_after + 1', 'balance_after <> 0'),
  ),
  damage('an entry is of another unit', set('ledger_entries', "unit = 'micro_credit'", "unit = 'nano_usd'")),
  damage(
    'an entry is of another organization',
    `UPDATE ledger_entries SET organization_id = (SELECT id FROM organizations
    WHERE id <> organization_id ORDER BY id LIMIT 1) WHERE ${one('ledger_entries', 'account_id >= 1000')}`,
  ),
  damage(
    'a transaction is of another organization',
    `UPDATE ledger_txs SET organization_id = (SELECT id FROM organizations
    WHERE id <> organization_id ORDER BY id LIMIT 1) WHERE id = ${TX}`,
  ),
  damage(
    'credits come from nowhere',
    `INSERT INTO ledger_txs (id, kind, organization_id, actor_kind, actor_name)
    SELECT ${NEW_TX}, 'credit_add', organization_id, 'system', 'x' FROM accounts WHERE ${one('accounts', PAYER)}`,
    `INSERT INTO ledger_entries (tx_id, account_id, organization_id, direction, amount, unit, balance_after)
    SELECT ${NEW_TX}, id, organization_id, 'credit', 5, unit, balance + 5 FROM accounts WHERE ${one('accounts', PAYER)}
    UNION ALL SELECT ${NEW_TX}, CASE unit WHEN 'nano_usd' THEN 7 ELSE 1 END, organization_id, 'debit', 5, unit, NULL
    FROM accounts WHERE ${one('accounts', PAYER)}`,
  ),
  damage(
    'a posting names another call',
    `UPDATE ledger_txs SET call_id = (SELECT id FROM calls
    WHERE state = 'reserved' ORDER BY id LIMIT 1) WHERE id = ${TX}`,
  ),
  damage('a call was charged less', set('calls', 'charged_cost = charged_cost - 1', CHARGED)),
  damage('a call cost its vendor less', set('calls', 'provider_cost = provider_cost - 1', CHARGED)),
  damage('a settled call becomes a voided one', set('calls', "state = 'voided'", CHARGED)),
  damage(
    'a running call becomes a settled one',
    set('calls', "state = 'settled', ended_at = now()", "state = 'reserved'"),
  ),
  damage(
    'a settled call becomes a running one',
    set('calls', "state = 'reserved', ended_at = NULL", "state = 'voided'"),
  ),
  // On a window of another unit it may count nothing, and then nothing is damaged.
  damage(
    'a call counts on one window less',
    set(
      'calls',
      'path = path[2:]',
      `${CHARGED} AND EXISTS (SELECT FROM limit_windows w JOIN limits l ON l.id = w.limit_id
        WHERE w.id = calls.path[1] AND l.unit IN ('nano_usd', 'request'))`,
    ),
  ),
  damage('a call holds less', set('calls', 'cost_held = cost_held - 1', "state = 'reserved' AND cost_held > 0")),
  damage('a call used fewer tokens', set('calls', 'tokens_in = tokens_in - 1', 'tokens_in > 0')),
  damage('a call overran less', set('calls', 'overrun = overrun - 1', OVERRUN)),
  damage(
    'a call belongs to another job',
    `UPDATE calls SET job_id = (SELECT j.id FROM jobs j
    WHERE j.organization_id = calls.organization_id AND j.id <> calls.job_id ORDER BY j.id LIMIT 1)
    WHERE ${one('calls', CHARGED)}`,
  ),
  damage('a call is deleted', `DELETE FROM calls WHERE ${one('calls', CHARGED)}`),
  damage('a call failed after all', set('calls', "outcome = 'error'", "outcome = 'success'")),
  damage('a job was charged less', set('jobs', 'credits_charged = credits_charged - 1', 'credits_charged > 0')),
  damage('a job holds less', set('jobs', 'credits_held = credits_held - 1', 'credits_held > 0')),
  damage('a ceiling is lower than what it holds', set('jobs', 'ceiling_held = ceiling_held - 1', 'ceiling_held > 0')),
  damage('a job cost less', set('jobs', 'cost_charged = cost_charged - 1', 'cost_charged > 0')),
  damage(
    'a job counts on one place less',
    set('jobs', 'path = path[2:]', 'cardinality(path) > 0 AND credits_held > 0'),
  ),
  damage('a charged job failed', set('jobs', "status = 'failed'", "status = 'completed' AND credits_charged > 0")),
  damage('a job was not charged', set('jobs', 'credit_applied = false', 'credits_charged > 0')),
  damage(
    'a job that was charged is deleted with its calls',
    `DELETE FROM calls WHERE job_id = (SELECT id FROM jobs
    WHERE credits_charged > 0 ORDER BY id LIMIT 1)`,
    `DELETE FROM jobs WHERE ${one('jobs', 'credits_charged > 0')}`,
  ),
];
