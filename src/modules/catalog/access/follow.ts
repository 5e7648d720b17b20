import { groupBy } from '../../../infra/graphql/index.js';

/** Follows pairs of ids (from, to) to the rows they lead to: the rows of each `from`, in the order of the rows. */
export function follow<T extends { id: string }>(
  pairs: readonly (readonly [from: string, to: string])[],
  rows: readonly T[],
): Map<string, T[]> {
  const leading = groupBy(pairs, ([, to]) => to);
  const found = new Map<string, T[]>();
  for (const row of rows)
    for (const [from] of leading.get(row.id) ?? []) found.set(from, [...(found.get(from) ?? []), row]);
  return found;
}
