import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import type { Ctx } from '../../core/ctx.js';
import { newId } from '../../core/id.js';
import { MICRO_PER_CREDIT, NANO_PER_USD } from '../../core/money.js';
import { systemCtx } from '../../infra/access/index.js';
import { Database } from '../../infra/database/index.js';
import { AuditService } from '../audit/index.js';
import { AccessGroupsService, AliasesService, ModelsService, ProvidersService } from '../catalog/index.js';
import { ProvisioningService } from '../provisioning/index.js';

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

const KEY_FILE = 'demo-key';
const MARK = 'demo';

/** An organization to try the product with: a team with 1,000 credits, an alias on the simulator, a key. */
@Injectable()
export class DemoService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly provisioning: ProvisioningService,
    private readonly catalog: DemoCatalog,
    private readonly config: Config,
  ) {}

  /** Makes the demo once for a database, even if it is deleted later; gives its key while that is kept here. */
  async ensure(): Promise<string | null> {
    const ctx = systemCtx(this.database, 'demo', newId('request'));
    const { rowCount } = await this.database.pool.query(
      "INSERT INTO installation (name, value) VALUES ($1, 'made') ON CONFLICT DO NOTHING",
      [MARK],
    );
    const path = join(this.config.dataDir!, KEY_FILE);
    if (rowCount === 1) writeFileSync(path, `${await this.make(ctx)}\n`, { mode: 0o600 });
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
  }

  private async make(ctx: Ctx): Promise<string> {
    await this.audit.transaction(ctx, 'access_group.create', (inside) => this.catalog.make(inside));
    await this.audit.transaction(ctx, 'organization.create', (inside) =>
      this.provisioning.createOrganization(inside, { id: DEMO.organizationId, name: 'Demo' }),
    );
    const { organizationId, teamId: id, accessGroup, credits, alias: defaultAlias } = DEMO;
    const team = { id, organizationId, name: 'ACME Corporation', accessGroupIds: [accessGroup], credits, defaultAlias };
    const { issued } = await this.audit.transaction(ctx, 'team.create', (inside) =>
      this.provisioning.createTeam(inside, team),
    );
    return issued.token;
  }
}

/** The models of the demo: one simulated vendor, one model with a price, one alias, one access group. */
@Injectable()
export class DemoCatalog {
  constructor(
    private readonly providers: ProvidersService,
    private readonly models: ModelsService,
    private readonly aliases: AliasesService,
    private readonly accessGroups: AccessGroupsService,
  ) {}

  async make(ctx: Ctx): Promise<void> {
    const provider = await this.providers.create(ctx, { kind: 'simulator', name: 'Simulator' });
    const model = await this.models.create(ctx, { providerId: provider.id, name: DEMO.model, maxOutputTokens: 1_024 });
    await this.models.addPrice(ctx, model.id, { prices: { input: DEMO.inputPrice, output: DEMO.outputPrice } });
    const alias = await this.aliases.create(ctx, {
      name: DEMO.alias,
      displayName: 'Demo chat',
      description: 'Answers are simulated; no vendor is called.',
      targets: [{ modelId: model.id }],
    });
    await this.accessGroups.create(ctx, { id: DEMO.accessGroup, displayName: 'Demo models', aliasIds: [alias.id] });
  }
}
