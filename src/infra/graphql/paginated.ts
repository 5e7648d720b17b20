import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { Allow, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { MAX_PAGE_SIZE, type Page, type PageRequest } from '../../core/page.js';

/** Arguments that every list takes. */
@ArgsType()
export class PageArgs implements PageRequest {
  @Field(() => Int, { nullable: true, description: `Rows of the page, 1 to ${MAX_PAGE_SIZE}; 25 when left out.` })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE_SIZE)
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the page before: its nextCursor.' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  after?: string | null;

  @Field(() => String, { nullable: true, description: 'Text that id or name must contain, in any case.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string | null;

  /* All arguments of a field are checked against this class; those that a list adds are checked by classes of their own. */
  @Allow()
  filter?: unknown;

  @Allow()
  orderBy?: unknown;

  @Allow()
  teamId?: unknown;

  @Allow()
  userId?: unknown;
}

/** The page type of an entity: `@ObjectType() class TeamPage extends Paginated(Team) {}`. */
export function Paginated<T extends object>(item: Type<T>): Type<Page<T>> {
  @ObjectType({ isAbstract: true })
  class PageOf implements Page<T> {
    @Field(() => [item])
    items: T[];

    @Field(() => Int, { description: 'Rows that match the filter, on all pages together.' })
    total: number;

    @Field(() => String, { nullable: true, description: 'Pass it as `after` for the next page; null on the last.' })
    nextCursor: string | null;
  }
  return PageOf;
}
