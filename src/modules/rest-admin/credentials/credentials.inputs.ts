import { PROVIDER_KINDS } from '../../../providers/index.js';
import { ProviderStatus } from '../../catalog/index.js';
import { EnumField, FlagField, PatternField, TextField } from '../fields/fields.js';
import { SearchQuery } from '../fields/paging.js';

const SECRET = /^[\x21-\x7e]{1,8192}$/;
const SECRET_RULE = 'must be 1 to 8192 plain characters without spaces';
const COMPATIBLE = 'Taken for compatibility; the audit log names who really did it.';

export class CreateCredentialBody {
  @TextField({ optional: true, about: 'Left out: it serves every organization.' })
  organization_id?: string | null;

  @EnumField(PROVIDER_KINDS)
  provider: string;

  @PatternField(SECRET, SECRET_RULE, { about: 'Kept encrypted, and never shown again.' })
  api_key: string;

  @TextField({ example: 'Production key' })
  credential_name: string;

  @TextField({ optional: true, max: 2_000, about: 'https and public, unless PROVIDER_URL_ALLOW opens more.' })
  api_base?: string | null;

  @TextField({ optional: true, about: COMPATIBLE })
  created_by?: string | null;

  input(): { organizationId?: string | null; kind: string; name: string; baseUrl?: string | null; credential: string } {
    const { organization_id: organizationId, provider: kind, credential_name: name, api_base: baseUrl } = this;
    return { organizationId, kind, name, baseUrl, credential: this.api_key };
  }
}

export class UpdateCredentialBody {
  @PatternField(SECRET, SECRET_RULE, { optional: true })
  api_key?: string | null;

  @TextField({ optional: true, max: 2_000, about: 'A change demands the api_key again.' })
  api_base?: string | null;

  @TextField({ optional: true })
  credential_name?: string | null;

  @FlagField({ optional: true })
  is_active?: boolean | null;

  @TextField({ optional: true, about: COMPATIBLE })
  updated_by?: string | null;

  /** The original reads null as "left out". */
  input(): { name?: string | null; baseUrl?: string; credential?: string; status?: ProviderStatus | null } {
    const { credential_name: name, api_base, api_key, is_active } = this;
    const status = typeof is_active === 'boolean' ? statusOf(is_active) : null;
    return { name, status, baseUrl: api_base ?? undefined, credential: api_key ?? undefined };
  }
}

export class ActiveQuery {
  @FlagField({ optional: true, about: 'true when left out.' })
  active_only?: boolean | null;

  status(): ProviderStatus | null {
    return this.active_only === false ? null : ProviderStatus.ENABLED;
  }
}

export class CredentialsQuery extends SearchQuery {
  @TextField({ optional: true })
  organization_id?: string | null;

  @TextField({ optional: true })
  provider?: string | null;

  @FlagField({ optional: true, about: 'true when left out.' })
  active_only?: boolean | null;

  filter(): { organizationId?: string | null; kind?: string | null; status: ProviderStatus | null } {
    const status = this.active_only === false ? null : ProviderStatus.ENABLED;
    return { organizationId: this.organization_id, kind: this.provider, status };
  }
}

const statusOf = (isActive: boolean): ProviderStatus => (isActive ? ProviderStatus.ENABLED : ProviderStatus.DISABLED);
