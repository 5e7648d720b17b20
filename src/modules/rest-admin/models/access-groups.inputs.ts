import { AccessGroupStatus } from '../../catalog/index.js';
import { EnumField, ListField, SlugField, TextField } from '../fields/fields.js';
import { SearchQuery } from '../fields/paging.js';

const MOST_ALIASES = 500;

export class CreateAccessGroupBody {
  @SlugField({ example: 'gpt-models' })
  group_name: string;

  @TextField({ example: 'GPT models' })
  display_name: string;

  @ListField({ optional: true, most: MOST_ALIASES })
  model_aliases?: string[] | null;

  @TextField({ optional: true, max: 2_000 })
  description?: string | null;
}

export class UpdateAccessGroupBody {
  @TextField({ optional: true })
  display_name?: string | null;

  @TextField({ optional: true, max: 2_000 })
  description?: string | null;

  @EnumField(Object.values(AccessGroupStatus), { optional: true, about: 'An inactive group grants nothing.' })
  status?: AccessGroupStatus | null;

  input(): { displayName?: string | null; description?: string | null; status?: AccessGroupStatus | null } {
    return { displayName: this.display_name, description: this.description, status: this.status };
  }
}

export class GroupModelsBody {
  @ListField({ most: MOST_ALIASES })
  model_aliases: string[];
}

export class AccessGroupsQuery extends SearchQuery {
  @EnumField(Object.values(AccessGroupStatus), { optional: true })
  status?: AccessGroupStatus | null;
}
