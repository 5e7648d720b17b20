import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A user in a group. Every one is a member of the group's organization: who leaves that, leaves its groups. */
@Entity('group_members')
export class GroupMember {
  @PrimaryColumn('text')
  groupId: string;

  @PrimaryColumn('text')
  userId: string;

  @Column('text')
  organizationId: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
