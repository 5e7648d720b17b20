import type { PriceImportPreviewQuery } from '../../../gql/price-import.js';
import { PRICE_CLASSES, type PriceClass } from '../../../components/catalog/prices.js';

export type Preview = PriceImportPreviewQuery['priceImportPreview'];
export type PreviewRow = Preview['rows'][number];
export type Difference = PreviewRow['difference'];

/** In the order in which they are shown. */
export const DIFFERENCES: readonly Difference[] = ['NEW', 'CHANGED', 'UNCHANGED', 'MISSING', 'INVALID'];

export const canImport = ({ difference }: PreviewRow): boolean => difference === 'NEW' || difference === 'CHANGED';

/** `cache_write_1h` of a price list is `cacheWrite1h` elsewhere; null for a class that these pages do not know. */
export const classOf = (usageClass: string): PriceClass | null =>
  PRICE_CLASSES.find((each) => each.toLowerCase() === usageClass.replaceAll('_', '').toLowerCase()) ?? null;

export interface Wanted {
  readonly difference: string | undefined;
  readonly kind: string | undefined;
  readonly search: string;
}

export function matching(rows: readonly PreviewRow[], { difference, kind, search }: Wanted): PreviewRow[] {
  const asked = search.toLowerCase();
  return rows.filter(
    (row) =>
      (!difference || row.difference === difference) &&
      (!kind || row.providerKind === kind) &&
      (row.name ?? '').toLowerCase().includes(asked),
  );
}

export const countOf = (rows: readonly PreviewRow[], difference: Difference): number =>
  rows.filter((row) => row.difference === difference).length;
