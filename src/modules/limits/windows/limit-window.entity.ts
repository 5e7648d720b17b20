import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, InstantColumn } from '../../../infra/database/index.js';

/** The driver reads PostgreSQL's infinity as a number. */
const endless = {
  to: (value: Date | null): Date | string => value ?? 'infinity',
  from: (value: Date | number): Date | null => (typeof value === 'number' ? null : value),
};

/** What one subject of a limit has used in one window. Opened by the gateway, counted by the ledger. */
@Entity('limit_windows')
export class LimitWindow {
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('text')
  limitId: string;

  @Column('text')
  organizationId: string;

  @Column('text', { default: '' })
  subject: string;

  @InstantColumn()
  startsAt: Date;

  @InstantColumn({ transformer: endless })
  endsAt: Date | null;

  @BigIntColumn({ default: 0 })
  posted: bigint;

  @BigIntColumn({ default: 0 })
  held: bigint;

  @BigIntColumn({ default: 0 })
  overrun: bigint;

  @Column('smallint', { default: 0 })
  alerted: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
