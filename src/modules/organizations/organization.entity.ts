import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { InstantColumn, JsonColumn, VisibleWhere } from '../../infra/database/index.js';
import { JsonScalar, Paginated } from '../../infra/graphql/index.js';

export enum OrganizationStatus {
  ACTIVE = 'active',
  SUSPENDED = 'suspended',
  DELETED = 'deleted',
}
registerEnumType(OrganizationStatus, { name: 'OrganizationStatus' });

export enum Billing {
  INVOICED = 'invoiced',
  PREPAID = 'prepaid',
}
registerEnumType(Billing, {
  name: 'Billing',
  description:
    'Who pays for calls of keys without a team: nobody in advance (INVOICED), or the balance of the organization (PREPAID).',
});

/** From the least to the most. */
export enum PlanTier {
  FREE = 'free',
  PRO = 'pro',
  ENTERPRISE = 'enterprise',
}
registerEnumType(PlanTier, { name: 'PlanTier', description: 'What an organization has subscribed to.' });

/** A customer or business unit. A deleted one stays as a tombstone: its usage and ledger survive, its id stays taken. */
@ObjectType()
@VisibleWhere((alias) => `${alias}.id = :visibleTo`)
@Entity('organizations')
export class Organization {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => OrganizationStatus)
  @Column('text', { default: OrganizationStatus.ACTIVE })
  status: OrganizationStatus;

  @Field(() => Billing)
  @Column('text', { default: Billing.INVOICED })
  billing: Billing;

  @Field(() => PlanTier, { description: 'Models may be for some plans only.' })
  @Column('text', { default: PlanTier.FREE })
  plan: PlanTier;

  @Field(() => JsonScalar)
  @JsonColumn()
  metadata: Record<string, unknown>;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @InstantColumn({ nullable: true })
  deletedAt: Date | null;
}

@ObjectType()
export class OrganizationPage extends Paginated(Organization) {}
