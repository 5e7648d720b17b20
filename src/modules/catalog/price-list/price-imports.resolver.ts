import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { ImportPricesInput, PriceImportPreviewInput } from './price-imports.inputs.js';
import { PriceImportsService } from './price-imports.service.js';
import { PriceImport, PriceImportPreview } from './price-imports.views.js';

@Resolver()
export class PriceImportsResolver {
  constructor(private readonly imports: PriceImportsService) {}

  @Access('model.read')
  @Query(() => PriceImportPreview, { description: 'What a price list would change; nothing is kept of it.' })
  priceImportPreview(
    @CurrentCtx() ctx: Ctx,
    @Args('input', { nullable: true }) input?: PriceImportPreviewInput,
  ): Promise<PriceImportPreview> {
    return this.imports.preview(ctx, input ?? {});
  }

  @AdminMutation('price.import')
  @Mutation(() => PriceImport, {
    description: 'Makes missing models and adds prices beside the old ones; a repeat changes nothing.',
  })
  importPrices(@CurrentCtx() ctx: Ctx, @Args('input') input: ImportPricesInput): Promise<PriceImport> {
    return this.imports.import(ctx, input);
  }
}
