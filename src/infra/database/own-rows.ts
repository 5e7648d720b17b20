import { ALL_ORGANIZATIONS } from '../../core/ctx.js';

/**
 * For raw SQL, which the entity manager does not narrow: the rows of the organization in a parameter such as `$2`, or
 * every row when that is ALL_ORGANIZATIONS.
 */
export const isOwn = (column: string, parameter: string): string => whenBound(parameter, `${column} = ${parameter}`);

/** A condition that binds everybody but those who reach every organization. */
export const whenBound = (parameter: string, condition: string): string =>
  `(${parameter}::text = '${ALL_ORGANIZATIONS}' OR ${condition})`;
