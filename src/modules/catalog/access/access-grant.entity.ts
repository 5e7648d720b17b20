import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Who an access group may be granted to. */
export enum GrantScope {
  TEAM = 'team',
  PROJECT = 'project',
}

/** An access group granted to a scope of one organization. */
@Entity('access_grants')
export class AccessGrant {
  @PrimaryColumn('text')
  scopeType: GrantScope;

  @PrimaryColumn('text')
  scopeId: string;

  @PrimaryColumn('text')
  accessGroupId: string;

  @Column('text')
  organizationId: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
