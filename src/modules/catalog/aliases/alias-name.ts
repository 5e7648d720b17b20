/** Names of aliases: what vendors' model names look like, `vendor/model:tag` too. */
export const ALIAS_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;
export const ALIAS_NAME_RULE =
  'must start with a letter or digit and hold at most 128 letters, digits, dots, colons, slashes, hyphens or underscores';
