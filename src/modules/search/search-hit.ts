import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

const MAX_TEXT = 100;
export const MAX_HITS = 20;

export enum SearchHitType {
  ORGANIZATION = 'organization',
  TEAM = 'team',
  KEY = 'key',
  ALIAS = 'alias',
  ACCESS_GROUP = 'access_group',
  PROVIDER = 'provider',
  MODEL = 'model',
  JOB = 'job',
  USER = 'user',
}
registerEnumType(SearchHitType, { name: 'SearchHitType', description: 'What was found.' });

@ObjectType({ description: 'Something whose name or id matches.' })
export class SearchHit {
  @Field(() => SearchHitType, { description: 'What it is.' })
  type: SearchHitType;

  @Field(() => ID, { description: 'Its id.' })
  id: string;

  @Field({ description: 'How it is called.' })
  title: string;

  @Field({ description: 'What tells it from others of the same name.' })
  subtitle: string;

  @Field(() => ID, { nullable: true, description: 'The organization it belongs to; null when it is of the platform.' })
  organizationId: string | null;

  @Field(() => ID, { nullable: true, description: 'The team it belongs to, if it belongs to one.' })
  teamId: string | null;
}

@ArgsType()
export class SearchArgs {
  @Field({ description: `Part of a name, an id, or the last four of a key; at most ${MAX_TEXT} characters.` })
  @IsString()
  @Length(1, MAX_TEXT)
  text: string;

  @Field(() => Int, { nullable: true, description: `Hits, 1 to ${MAX_HITS}; ${MAX_HITS} when left out.` })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_HITS)
  first?: number | null;
}
