import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { VisibleWhere } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';
import { fieldsOf, readPrices, type StoredPrices } from '../models/price-book.js';
import { PriceFields } from '../models/price-fields.js';
import { isGrantedAlias } from '../granted.js';

export enum AliasStatus {
  ACTIVE = 'active',
  INACTIVE = 'inactive',
  DELETED = 'deleted',
}
registerEnumType(AliasStatus, { name: 'AliasStatus' });

export enum RoutingStrategy {
  ORDERED = 'ordered',
  WEIGHTED = 'weighted',
}
registerEnumType(RoutingStrategy, {
  name: 'RoutingStrategy',
  valuesMap: {
    ORDERED: { description: 'Every call asks the targets in their order.' },
    WEIGHTED: { description: 'Each call draws the order of the targets by their weights.' },
  },
});

/** The name that clients use for a model, or for a chain of models. */
@ObjectType()
@VisibleWhere((alias) => isGrantedAlias(`${alias}.id`))
@Entity('aliases')
export class Alias {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field({ description: 'What clients send as `model`.' })
  @Column('text')
  name: string;

  @Field()
  @Column('text')
  displayName: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  description: string | null;

  @Field(() => AliasStatus)
  @Column('text', { default: AliasStatus.ACTIVE })
  status: AliasStatus;

  @Column('text', { default: RoutingStrategy.ORDERED })
  routingStrategy: RoutingStrategy;

  @Column('jsonb', { nullable: true })
  priceOverride: StoredPrices | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  /** What tenants pay instead of the model's price, class by class. */
  get overrideFields(): PriceFields | null {
    return this.priceOverride && fieldsOf(readPrices(this.priceOverride));
  }
}

@ObjectType()
export class AliasPage extends Paginated(Alias) {}
