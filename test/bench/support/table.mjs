/** Figures as people read them; what could not be measured is a dash. */
const figure = (digits, unit) => (value) =>
  value === null || value === undefined ? '-' : `${value.toLocaleString('en', figures(digits))}${unit}`;
const figures = (digits) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });

export const perSecond = figure(0, '/s');
export const ms = figure(2, ' ms');
export const us = figure(0, ' us');
export const mb = figure(0, ' MB');
export const times = figure(2, ' x');

/** The ratio of two figures; null when one of them is not known. */
export const ratio = (one, other) => (one === undefined || other === undefined || !other ? null : one / other);

/**
 * A row of the table. `isMet` is null for what has no target, or whose peer is not here.
 * @typedef {{ id: string, what: string, figure: string, target: string, isMet: boolean | null }} Row
 */

const RESULTS = new Map([
  [true, 'ok'],
  [false, 'MISSED'],
  [null, '-'],
]);

/** As Markdown, padded so that it reads well in a terminal. */
export function table(rows) {
  const cells = [
    ['id', 'what', 'figure', 'target', 'result'],
    ...rows.map((row) => [row.id, row.what, row.figure, row.target, RESULTS.get(row.isMet)]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const line = (texts) => `| ${texts.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  return [line(cells[0]), line(widths.map((width) => '-'.repeat(width))), ...cells.slice(1).map(line)].join('\n');
}
