import { notFound } from '../../core/errors.js';

/** @throws DomainError not_found naming the first id that is not among the known ones */
export function requireAll(noun: string, ids: readonly string[], known: readonly string[]): void {
  const all = new Set(known);
  const unknown = ids.find((id) => !all.has(id));
  if (unknown !== undefined) throw notFound(noun, unknown);
}
