import type { ImportPricesInput, PriceImportPreviewInput } from '../../catalog/index.js';
import { InstantField, JsonField, ListField, TextField } from '../fields/fields.js';

const LIST_BYTES = 512 * 1024;
const MOST_ROWS = 10_000;

export class PriceListQuery {
  @InstantField({ optional: true, about: 'From when on the prices shall hold; now when left out.' })
  valid_from?: Date | null;

  input(): PriceImportPreviewInput {
    return { validFrom: this.valid_from };
  }
}

export class PriceListBody extends PriceListQuery {
  @JsonField({
    optional: true,
    bytes: LIST_BYTES,
    about:
      'The list that comes with the product when left out. Else {"models": [{"provider_kind", "name", "prices": {"input": "1.25", "tiers": [{"above_prompt_tokens": 200000, "prices": {"input": "2.5"}}]}, ...}]}.',
  })
  list?: Record<string, unknown> | null;

  override input(): PriceImportPreviewInput {
    return { validFrom: this.valid_from, list: this.list };
  }
}

export class ImportPricesBody extends PriceListBody {
  @TextField({ about: 'Of the preview of the same list and time.' })
  fingerprint: string;

  @ListField({ optional: true, most: MOST_ROWS, about: 'Rows of the preview; all that are new or changed by default.' })
  row_ids?: string[] | null;

  override input(): ImportPricesInput {
    return { ...super.input(), fingerprint: this.fingerprint, rowIds: this.row_ids };
  }
}
