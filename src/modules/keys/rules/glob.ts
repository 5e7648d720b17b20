/** As the names of model aliases, with `*` for any characters, none and slashes included. */
const GLOB = /^[A-Za-z0-9._:/*-]{1,128}$/;
export const GLOB_RULE = 'must be names of model aliases, in which * stands for any characters';

export const isGlob = (value: unknown): boolean => typeof value === 'string' && GLOB.test(value);

/**
 * Whether a glob covers the whole of a name. Each `*` is tried for as few characters as will do and only the last one
 * is ever taken back, so that no glob takes longer than its length times the name's; a regular expression could.
 */
export function matches(glob: string, name: string): boolean {
  let [at, here, star, after] = [0, 0, -1, 0];
  while (here < name.length) {
    if (glob[at] === '*') [star, after, at] = [at, here, at + 1];
    else if (glob[at] === name[here]) [at, here] = [at + 1, here + 1];
    else if (star >= 0) [at, here, after] = [star + 1, after + 1, after + 1];
    else return false;
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}
