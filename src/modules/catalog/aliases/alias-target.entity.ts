import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { VisibleWhere } from '../../../infra/database/index.js';
import { isGrantedAlias } from '../granted.js';

/** A model that an alias leads to. Targets are tried in the order of their positions, or in one drawn by weight. */
@ObjectType()
@VisibleWhere((alias) => isGrantedAlias(`${alias}.aliasId`))
@Entity('alias_targets')
export class AliasTarget {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  aliasId: string;

  @Field(() => ID)
  @Column('text')
  modelId: string;

  @Field(() => Int, { description: 'From 0.' })
  @Column('integer')
  position: number;

  @Field(() => Int, {
    description:
      'Of weighted routing: its share of the calls, in proportion to the others; with 0 it is a fallback only.',
  })
  @Column('integer', { default: 1 })
  weight: number;
}
