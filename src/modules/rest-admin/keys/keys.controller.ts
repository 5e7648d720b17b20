import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { KeysService } from '../../keys/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { KeyRulesBody, KeyRulesView, keyRulesView } from './key-rules.js';

@Area('keys')
@Controller('api/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Access('key.read', { sensitive: true })
  @Get(':id/rules')
  @Answers(KeyRulesView, 'What a key is narrowed to; all lists are empty when it has no rules')
  async rules(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<KeyRulesView> {
    return keyRulesView(await this.keys.get(ctx, id));
  }

  @AdminMutation('key.update')
  @Put(':id/rules')
  @Answers(KeyRulesView, 'Replace the rules of a key; they hold from its next call on')
  async setRules(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: KeyRulesBody): Promise<KeyRulesView> {
    return keyRulesView(await this.keys.updateRules(ctx, id, body.input()));
  }
}
