import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/ctx.js';
import { MICRO_PER_CREDIT, NANO_PER_USD } from '../../core/money.js';
import {
  AccessGroupsService,
  AliasesService,
  ModelsService,
  PricesService,
  ProvidersService,
} from '../catalog/index.js';

export const DEMO = Object.freeze({
  organizationId: 'demo',
  teamId: 'acme-corp',
  alias: 'demo-chat',
  accessGroup: 'demo-models',
  model: 'simulated-chat',
  credits: 1_000n * MICRO_PER_CREDIT,
  inputPrice: 3n * NANO_PER_USD,
  outputPrice: 15n * NANO_PER_USD,
});

/** The models of the demo: one simulated vendor, one model with a price, one alias, one access group. */
@Injectable()
export class DemoCatalog {
  constructor(
    private readonly providers: ProvidersService,
    private readonly models: ModelsService,
    private readonly prices: PricesService,
    private readonly aliases: AliasesService,
    private readonly accessGroups: AccessGroupsService,
  ) {}

  async make(ctx: Ctx): Promise<void> {
    const provider = await this.providers.create(ctx, { kind: 'simulator', name: 'Simulator' });
    const model = await this.models.create(ctx, { providerId: provider.id, name: DEMO.model, maxOutputTokens: 1_024 });
    await this.prices.addPrice(ctx, model.id, { prices: { input: DEMO.inputPrice, output: DEMO.outputPrice } });
    const alias = await this.aliases.create(ctx, {
      name: DEMO.alias,
      displayName: 'Demo chat',
      description: 'Answers are simulated; no vendor is called.',
      targets: [{ modelId: model.id }],
    });
    await this.accessGroups.create(ctx, { id: DEMO.accessGroup, displayName: 'Demo models', aliasIds: [alias.id] });
  }
}
