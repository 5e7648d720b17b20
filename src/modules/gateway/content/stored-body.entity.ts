import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Hidden, InstantColumn } from '../../../infra/database/index.js';

/** What a call was asked and what it answered, sealed, until its project's days are over. */
@Entity('call_bodies')
export class StoredBody {
  @PrimaryColumn('uuid')
  callId: string;

  @Column('text')
  organizationId: string;

  @Column('text')
  projectId: string;

  @Hidden()
  @Column('text')
  ciphertext: string;

  @InstantColumn()
  createdAt: Date;

  @InstantColumn()
  expiresAt: Date;
}
