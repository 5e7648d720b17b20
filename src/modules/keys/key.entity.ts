import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { Hidden, InstantColumn } from '../../infra/database/index.js';
import { Paginated } from '../../infra/graphql/index.js';
import { KeyRules } from './rules/key-rules.js';

export enum KeyKind {
  VIRTUAL = 'virtual',
  API = 'api',
  USER_TOKEN = 'user_token',
}
registerEnumType(KeyKind, {
  name: 'KeyKind',
  valuesMap: {
    VIRTUAL: { description: 'Of a team, on whose account it calls; may name a project.' },
    API: { description: 'Of a project.' },
    USER_TOKEN: { description: 'Of one person in a project.' },
  },
});

export enum KeyStatus {
  ACTIVE = 'active',
  REVOKED = 'revoked',
}
registerEnumType(KeyStatus, { name: 'KeyStatus' });

/** A credential of client applications. The token itself is not here: only its hash is kept. */
@ObjectType()
@Entity('keys')
export class Key {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => KeyKind)
  @Column('text')
  kind: KeyKind;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  teamId: string | null;

  @Field(() => ID, { nullable: true, description: 'What its calls are for.' })
  @Column('text', { nullable: true })
  projectId: string | null;

  @Field(() => ID, { nullable: true, description: 'Who calls with it, of a user token.' })
  @Column('text', { nullable: true })
  userId: string | null;

  @Field()
  @Column('text')
  name: string;

  @Hidden()
  @Column('text', { select: false })
  tokenHash: string;

  @Field({ description: 'The last four characters of the token, to tell keys apart.' })
  @Column('text')
  lastFour: string;

  @Field(() => KeyStatus)
  @Column('text', { default: KeyStatus.ACTIVE })
  status: KeyStatus;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  expiresAt: Date | null;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  revokedAt: Date | null;

  @Field(() => ID, { nullable: true, description: 'The key that this one was made to replace.' })
  @Column('text', { nullable: true })
  rotatedFrom: string | null;

  @Field(() => KeyRules, {
    nullable: true,
    description: 'Null: it has none, and calls every model that is granted, from any address.',
  })
  @Column('jsonb', { nullable: true })
  rules: KeyRules | null;

  @Field(() => Date, { nullable: true, description: 'Exact to the minute.' })
  @InstantColumn({ nullable: true })
  lastUsedAt: Date | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}

@ObjectType()
export class KeyPage extends Paginated(Key) {}

@ObjectType({ description: 'A key just made. The token is shown here and never again.' })
export class IssuedKey {
  @Field(() => Key)
  key: Key;

  @Field({ description: 'Give it to the client now: it cannot be shown again.' })
  token: string;
}
