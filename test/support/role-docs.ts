import { ACTIONS } from '../../src/core/action.js';
import { ORGANIZATION_ROLES, organizationActions, PLATFORM_ROLES, platformActions } from '../../src/core/roles.js';

const COLUMNS = [
  ...PLATFORM_ROLES.map((role) => ({ name: `platform ${role}`, actions: platformActions(role) })),
  ...ORGANIZATION_ROLES.map((role) => ({ name: `organization ${role}`, actions: organizationActions(role) })),
];

/** The policy as a Markdown table, padded as the formatter would. What no role holds, the product does by itself. */
function rolesTable(): string {
  const held = ACTIONS.filter((action) => COLUMNS.some(({ actions }) => actions.has(action)));
  const head = ['action', ...COLUMNS.map(({ name }) => name)];
  const rows = held.map((action) => [
    `\`${action}\``,
    ...COLUMNS.map(({ actions }) => (actions.has(action) ? 'yes' : '')),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const BETWEEN_MARKS = /(<!-- roles -->\n)[^]*?(\n<!-- \/roles -->)/;

/** A page with the table between its marks brought up to date. @throws Error when the page has no marks */
export function withRoles(page: string): string {
  if (!BETWEEN_MARKS.test(page)) throw new Error('no marks <!-- roles --> and <!-- /roles -->');
  return page.replace(BETWEEN_MARKS, `$1\n${rolesTable()}\n$2`);
}
