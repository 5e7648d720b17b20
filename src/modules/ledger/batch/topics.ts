/** Topic of the events by which the database tells that an account was moved; its trigger says the same word. */
export const ACCOUNT_CHANGED = 'account';

/** Topic of the events that tell every process to forget which limits bind the keys of an organization. */
export const LIMITS_CHANGED = 'limits';
