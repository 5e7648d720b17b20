import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, VisibleWhere } from '../../../infra/database/index.js';
import { fieldsOf, readPrices, type StoredPrices } from './price-book.js';
import { PriceFields } from './price-fields.js';
import { isGrantedModel } from '../granted.js';

/** What a model costs from an instant on, until a later price takes over. Rows are added and never changed. */
@ObjectType()
@VisibleWhere((alias) => isGrantedModel(`${alias}.modelId`))
@Entity('prices')
export class Price {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  modelId: string;

  @Field()
  @InstantColumn()
  validFrom: Date;

  @Column('jsonb')
  prices: StoredPrices;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field(() => PriceFields, { name: 'prices' })
  get fields(): PriceFields {
    return fieldsOf(readPrices(this.prices));
  }
}
