import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { UsageClass } from '../../../core/usage.js';
import { MoneyScalar } from '../../../infra/graphql/index.js';
import { type Difference, type DiffRow, type PriceChange, percentOf } from './price-diff.js';

export enum PriceDifference {
  NEW = 'new',
  CHANGED = 'changed',
  UNCHANGED = 'unchanged',
  MISSING = 'missing',
  INVALID = 'invalid',
}
registerEnumType(PriceDifference, {
  name: 'PriceDifference',
  description:
    'MISSING: in the catalogue and not in the list, and left as it is. INVALID: an entry that cannot be used.',
});
const DIFFERENCES: Readonly<Record<Difference, PriceDifference>> = {
  new: PriceDifference.NEW,
  changed: PriceDifference.CHANGED,
  unchanged: PriceDifference.UNCHANGED,
  missing: PriceDifference.MISSING,
  invalid: PriceDifference.INVALID,
};

@ObjectType()
export class ImportedPriceChange {
  @Field(() => Int, {
    nullable: true,
    description: 'Of a tier: for prompts of more tokens than these. Null: for all that no tier says otherwise of.',
  })
  abovePromptTokens: number | null;

  @Field(() => String, { description: 'As in a price list: input, cached_read and so on.' })
  usageClass: UsageClass;

  @Field(() => MoneyScalar, { nullable: true, description: 'Null: no price of its own.' })
  before: bigint | null;

  @Field(() => MoneyScalar, { nullable: true, description: 'Null: no price of its own.' })
  after: bigint | null;

  @Field(() => Float, { nullable: true, description: 'Below zero when it falls; null from or to no price, or from 0.' })
  percent: number | null;
}

@ObjectType()
export class ImportProblem {
  @Field({ description: 'Its place in the list, such as models[3].prices.input.' })
  field: string;

  @Field()
  message: string;
}

@ObjectType()
export class PriceImportRow {
  @Field(() => ID, { description: 'What importPrices takes it by.' })
  id: string;

  @Field(() => PriceDifference)
  difference: PriceDifference;

  @Field(() => String, { nullable: true })
  providerKind: string | null;

  @Field(() => String, { nullable: true, description: "The vendor's name of the model." })
  name: string | null;

  @Field(() => ID, { nullable: true, description: 'Null: the catalogue has no such model.' })
  modelId: string | null;

  @Field(() => String, { nullable: true, description: 'Where the list has the price from.' })
  source: string | null;

  @Field(() => String, { nullable: true, description: 'The day on which it stood there.' })
  asOf: string | null;

  @Field(() => String, { nullable: true, description: 'What the list remarks.' })
  note: string | null;

  @Field(() => [ImportedPriceChange])
  changes: ImportedPriceChange[];

  @Field(() => [ImportProblem])
  problems: ImportProblem[];
}

@ObjectType()
export class PriceImportPreview {
  @Field(() => ID, { description: 'Stands for this list, time and state of the catalogue.' })
  fingerprint: string;

  @Field({ description: 'The prices that hold then are those compared.' })
  validFrom: Date;

  @Field(() => [PriceImportRow])
  rows: PriceImportRow[];
}

@ObjectType()
export class PriceImport {
  @Field()
  validFrom: Date;

  @Field(() => Int)
  modelsCreated: number;

  @Field(() => Int, { description: 'New prices, of new models and others.' })
  pricesAdded: number;
}

const NOWHERE = { source: null, asOf: null, note: null } as const;

export function importRow(row: DiffRow): PriceImportRow {
  const model = row.known ?? row.listed ?? row.invalid;
  const { source, asOf, note } = row.listed ?? NOWHERE;
  return {
    id: row.id,
    difference: DIFFERENCES[row.difference],
    providerKind: model?.providerKind ?? null,
    name: model?.name ?? null,
    modelId: row.known?.id ?? null,
    source,
    asOf,
    note,
    changes: row.changes.map((change: PriceChange) => ({ ...change, percent: percentOf(change) })),
    problems: [...(row.invalid?.problems ?? [])],
  };
}
