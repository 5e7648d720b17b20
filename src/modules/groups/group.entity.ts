import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { Paginated } from '../../infra/graphql/index.js';

export enum GroupStatus {
  ACTIVE = 'active',
  DELETED = 'deleted',
}
registerEnumType(GroupStatus, { name: 'GroupStatus' });

/** A group of the directory, registered here by its object id; a target for limits. */
@ObjectType()
@Entity('groups')
export class Group {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => String, { nullable: true, description: 'Object id of the group in the directory, in lower case.' })
  @Column('text', { nullable: true })
  directoryObjectId: string | null;

  @Field(() => GroupStatus)
  @Column('text', { default: GroupStatus.ACTIVE })
  status: GroupStatus;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

@ObjectType()
export class GroupPage extends Paginated(Group) {}
