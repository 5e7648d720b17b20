import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { PriceImportsService } from '../../catalog/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { ImportPricesBody, PriceListBody, PriceListQuery } from './price-list.inputs.js';
import { priceListImported, PriceListImported, priceListPreview, PriceListPreview } from './price-list.views.js';

@Area('price list')
@Controller('api/price-list')
export class PriceListController {
  constructor(private readonly imports: PriceImportsService) {}

  @Access('model.read')
  @Get('preview')
  @Answers(PriceListPreview, 'What the price list that comes with the product would change')
  async preview(@CurrentCtx() ctx: Ctx, @Query() query: PriceListQuery): Promise<PriceListPreview> {
    return priceListPreview(await this.imports.preview(ctx, query.input()));
  }

  @Access('model.read')
  @Post('preview')
  @Answers(PriceListPreview, 'What a price list of your own would change; nothing is kept of it')
  async previewOwn(@CurrentCtx() ctx: Ctx, @Body() body: PriceListBody): Promise<PriceListPreview> {
    return priceListPreview(await this.imports.preview(ctx, body.input()));
  }

  @AdminMutation('price.import')
  @Post('import')
  @Answers(PriceListImported, 'Make missing models and add the prices that differ; a repeat changes nothing')
  async import(@CurrentCtx() ctx: Ctx, @Body() body: ImportPricesBody): Promise<PriceListImported> {
    return priceListImported(await this.imports.import(ctx, body.input()));
  }
}
