import DataLoader from 'dataloader';
import type { Ctx } from '../../core/ctx.js';

/** Values are batched but not kept: a later mutation of the same operation must not show what was before it. */
const NO_CACHE = { cache: false };

const loaders = new WeakMap<Ctx, Map<string, DataLoader<unknown, unknown>>>();

/**
 * Loads a value together with all others that the same operation asks for, in one query.
 * @param name distinguishes this loader from others of the operation
 * @param batch gives a map from key to value for all keys; a key left out is undefined
 */
export function loadBatched<K, V>(
  ctx: Ctx,
  name: string,
  key: K,
  batch: (keys: readonly K[]) => Promise<Map<K, V>>,
): Promise<V | undefined> {
  const own = loaders.get(ctx) ?? new Map<string, DataLoader<unknown, unknown>>();
  loaders.set(ctx, own);
  let loader = own.get(name) as DataLoader<K, V | undefined> | undefined;
  if (!loader) {
    loader = new DataLoader<K, V | undefined>(async (keys) => {
      const values = await batch(keys);
      return keys.map((each) => values.get(each));
    }, NO_CACHE);
    own.set(name, loader);
  }
  return loader.load(key);
}

/** Groups rows by a key, for one-to-many loaders. */
export function groupBy<K, V>(rows: readonly V[], keyOf: (row: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}
