import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Hidden, InstantColumn } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';

export enum SignInMethod {
  ENTRA = 'entra',
  MASTER_KEY = 'master_key',
}
registerEnumType(SignInMethod, { name: 'SignInMethod' });

/** A browser that is signed in. The cookie holds a token; here is only its hash. */
@ObjectType()
@Entity('sessions')
export class Session {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Hidden()
  @Column('text', { select: false })
  tokenHash: string;

  @Field(() => ID, { nullable: true, description: 'Null when the master key signed in.' })
  @Column('text', { nullable: true })
  userId: string | null;

  @Field(() => SignInMethod)
  @Column('text')
  method: SignInMethod;

  @Field(() => String, { nullable: true, description: 'Where the sign-in came from.' })
  @Column('text', { nullable: true })
  address: string | null;

  @Field(() => String, { nullable: true, description: 'The browser, as it calls itself.' })
  @Column('text', { nullable: true })
  userAgent: string | null;

  @Field({ description: 'When the person signed in.' })
  @InstantColumn()
  createdAt: Date;

  @Field({ description: 'Exact to the minute.' })
  @InstantColumn()
  lastSeenAt: Date;

  @Field({ description: 'It ends then, however much it is used.' })
  @InstantColumn()
  expiresAt: Date;

  @Field(() => Date, { nullable: true, description: 'When somebody ended it.' })
  @InstantColumn({ nullable: true })
  endedAt: Date | null;
}

@ObjectType()
export class SessionPage extends Paginated(Session) {}
