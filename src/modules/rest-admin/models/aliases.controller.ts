import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { AliasesService, MAX_TIERS, SimpleAliasesService } from '../../catalog/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { AliasAnswers } from './alias-answers.service.js';
import { AliasesQuery, CreateAliasBody, UpdateAliasBody } from './aliases.inputs.js';
import { AliasDone, AliasList, AliasView } from './aliases.views.js';

const tierNames = (at: number): [string, string][] => [
  [`pricing.tiers.${at}.abovePromptTokens`, `pricing_tiers.${at}.above_prompt_tokens`],
  [`pricing.tiers.${at}.prices`, `pricing_tiers.${at}`],
  [`pricing.tiers.${at}.prices.input`, `pricing_tiers.${at}.pricing_input`],
  [`pricing.tiers.${at}.prices.output`, `pricing_tiers.${at}.pricing_output`],
];
const NAMES = {
  name: 'model_alias',
  prices: 'pricing_input',
  'pricing.input': 'pricing_input',
  'pricing.output': 'pricing_output',
  'priceOverride.tiers': 'pricing_tiers',
  ...Object.fromEntries(Array.from({ length: MAX_TIERS }, (_, at) => tierNames(at)).flat()),
  aliasIds: 'access_groups',
};

@Area('model aliases', NAMES)
@Controller(['api/model-aliases', 'api/models'])
export class AliasesController {
  constructor(
    private readonly aliases: AliasesService,
    private readonly simple: SimpleAliasesService,
    private readonly answers: AliasAnswers,
  ) {}

  @AdminMutation('alias.create')
  @Post('create')
  @Answers(AliasView, 'Create an alias for a model, with its price')
  async create(@CurrentCtx() ctx: Ctx, @Body() body: CreateAliasBody): Promise<AliasView> {
    return this.answers.one(ctx, await this.simple.createSimple(ctx, body.input()));
  }

  @Access('alias.read')
  @Get()
  @Answers(AliasList, 'List aliases, newest first')
  async list(@CurrentCtx() ctx: Ctx, @Query() query: AliasesQuery): Promise<AliasList> {
    return this.answers.list(ctx, await this.aliases.list(ctx, query.request(), query.filter()));
  }

  @Access('alias.read')
  @Get(':alias')
  @Answers(AliasView, 'One alias')
  one(@CurrentCtx() ctx: Ctx, @Param('alias') alias: string): Promise<AliasView> {
    return this.answers.named(ctx, alias);
  }

  @AdminMutation('alias.update')
  @Put(':alias')
  @Answers(AliasView, 'Change an alias; another model replaces its chain of targets')
  async update(
    @CurrentCtx() ctx: Ctx,
    @Param('alias') alias: string,
    @Body() body: UpdateAliasBody,
  ): Promise<AliasView> {
    return this.answers.one(ctx, await this.simple.updateSimple(ctx, alias, body.input()));
  }

  @AdminMutation('alias.delete')
  @Delete(':alias')
  @Answers(AliasDone, 'Delete an alias; it leaves its access groups')
  delete(@CurrentCtx() ctx: Ctx, @Param('alias') alias: string): Promise<AliasDone> {
    return this.answers.delete(ctx, alias);
  }
}
