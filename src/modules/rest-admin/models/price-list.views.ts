import { formatUsd, nanoUsd } from '../../../core/money.js';
import { PriceDifference, type PriceImport, type PriceImportPreview } from '../../catalog/index.js';
import { Amount, Count, Instant, Many, Text } from '../fields/answers.js';

class PriceChangeView {
  @Count({ nullable: true, about: 'Of a tier: for prompts of more tokens than these.' })
  above_prompt_tokens: number | null;

  @Text({ about: 'As in a price list: input, cached_read and so on.' })
  usage_class: string;

  @Text({ nullable: true, about: 'US dollars per million, exactly; null: no price of its own.' })
  before: string | null;

  @Text({ nullable: true })
  after: string | null;

  @Amount({ nullable: true, about: 'Below zero when it falls.' })
  percent: number | null;
}

class ListProblemView {
  @Text()
  field: string;

  @Text()
  message: string;
}

class PriceListRow {
  @Text()
  row_id: string;

  @Text({ about: `One of ${Object.values(PriceDifference).join(', ')}.` })
  difference: string;

  @Text({ nullable: true })
  provider_kind: string | null;

  @Text({ nullable: true })
  name: string | null;

  @Text({ nullable: true, about: 'Null: the catalogue has no such model.' })
  model_id: string | null;

  @Text({ nullable: true })
  source: string | null;

  @Text({ nullable: true })
  as_of: string | null;

  @Text({ nullable: true })
  note: string | null;

  @Many(() => PriceChangeView)
  changes: PriceChangeView[];

  @Many(() => ListProblemView)
  problems: ListProblemView[];
}

export class PriceListPreview {
  @Text({ about: 'To be given to the import.' })
  fingerprint: string;

  @Instant()
  valid_from: Date;

  @Many(() => PriceListRow)
  rows: PriceListRow[];
}

export class PriceListImported {
  @Instant()
  valid_from: Date;

  @Count()
  models_created: number;

  @Count()
  prices_added: number;
}

const usdText = (nano: bigint | null): string | null => (nano === null ? null : formatUsd(nanoUsd(nano)));

export const priceListPreview = ({ fingerprint, validFrom, rows }: PriceImportPreview): PriceListPreview => ({
  fingerprint,
  valid_from: validFrom,
  rows: rows.map((row) => ({
    row_id: row.id,
    difference: row.difference,
    provider_kind: row.providerKind,
    name: row.name,
    model_id: row.modelId,
    source: row.source,
    as_of: row.asOf,
    note: row.note,
    changes: row.changes.map(({ abovePromptTokens, usageClass, before, after, percent }) => ({
      above_prompt_tokens: abovePromptTokens,
      usage_class: usageClass,
      before: usdText(before),
      after: usdText(after),
      percent,
    })),
    problems: row.problems,
  })),
});

export const priceListImported = (done: PriceImport): PriceListImported => ({
  valid_from: done.validFrom,
  models_created: done.modelsCreated,
  prices_added: done.pricesAdded,
});
