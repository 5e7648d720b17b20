/** Ids that people choose; the server holds the same rule. */
const SLUG = /^[a-z][a-z0-9_-]{1,62}$/;
const MOST = 63;

const SLUG_RULE = '2 to 63 lowercase letters, digits, hyphens or underscores, beginning with a letter';

/** What is wrong with an id, in words; null when nothing is. */
export function slugProblem(id: string): string | null {
  if (id === '') return 'An id is needed.';
  return SLUG.test(id) ? null : `An id has ${SLUG_RULE}.`;
}

/** An id made from a name: "Zoë's Café & Co." becomes "zoes-cafe-co". Empty when nothing of the name can stand in one. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MOST)
    .replace(/[-_]+$/, '');
