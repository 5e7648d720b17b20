import { Field, ID, InputType } from '@nestjs/graphql';
import { IsDate, IsOptional, IsString, Length, MaxLength } from 'class-validator';

@InputType()
export class GrantLimitInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  limitId: string;

  @Field({ description: 'What it adds: a decimal string in the unit of the limit, above zero.' })
  @IsString()
  @Length(1, 64)
  amount: string;

  @Field(() => Date, { nullable: true, description: 'Now when left out.' })
  @IsOptional()
  @IsDate()
  startsAt?: Date | null;

  @Field(() => Date)
  @IsDate()
  endsAt: Date;

  @Field({ description: 'Stands on the grant and in the audit log.' })
  @IsString()
  @Length(1, 500)
  reason: string;
}
