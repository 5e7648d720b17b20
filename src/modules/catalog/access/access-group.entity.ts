import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { VisibleWhere } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';
import { isGrantedGroup } from '../granted.js';

export enum AccessGroupStatus {
  ACTIVE = 'active',
  INACTIVE = 'inactive',
}
registerEnumType(AccessGroupStatus, { name: 'AccessGroupStatus' });

/** A set of aliases that is granted as one. An inactive one grants nothing. */
@ObjectType()
@VisibleWhere((alias) => isGrantedGroup(`${alias}.id`))
@Entity('access_groups')
export class AccessGroup {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field()
  @Column('text')
  displayName: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  description: string | null;

  @Field(() => AccessGroupStatus)
  @Column('text', { default: AccessGroupStatus.ACTIVE })
  status: AccessGroupStatus;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

@ObjectType()
export class AccessGroupPage extends Paginated(AccessGroup) {}
