import { Args, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, CurrentCtx } from '../../infra/access/index.js';
import { SearchArgs, SearchHit } from './search-hit.js';
import { SearchService } from './search.service.js';

@Resolver()
export class SearchResolver {
  constructor(private readonly searches: SearchService) {}

  @Access('viewer.read')
  @Query(() => [SearchHit], { description: 'Things of every type that the caller may read, the best match first.' })
  search(@CurrentCtx() ctx: Ctx, @Args() args: SearchArgs): Promise<SearchHit[]> {
    return this.searches.find(ctx, args);
  }
}
