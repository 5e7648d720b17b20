import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import type { Ctx } from '../../core/ctx.js';
import { newId } from '../../core/id.js';
import { systemCtx } from '../../infra/access/index.js';
import { Database } from '../../infra/database/index.js';
import { AuditService } from '../audit/index.js';
import { ProvisioningService } from '../provisioning/index.js';
import { DEMO, DemoCatalog } from './demo-catalog.js';

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
    const path = join(this.config.dataDir, KEY_FILE);
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
