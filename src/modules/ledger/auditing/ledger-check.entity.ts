import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, JsonColumn } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';
import { LedgerProblem } from '../ledger-tx.entity.js';

@ObjectType({ description: 'One run of the auditor over the whole ledger.' })
@Entity('ledger_checks')
export class LedgerCheck {
  @Field(() => ID)
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Field()
  @InstantColumn()
  startedAt: Date;

  @Field(() => Int)
  @Column('integer')
  tookMs: number;

  @Field(() => Int, { description: 'Differences found; 0 says that the ledger balances.' })
  @Column('integer')
  problemCount: number;

  @Field(() => [LedgerProblem], { description: 'The first hundred of them.' })
  @JsonColumn({ default: [] })
  problems: LedgerProblem[];
}

@ObjectType()
export class LedgerCheckPage extends Paginated(LedgerCheck) {}
