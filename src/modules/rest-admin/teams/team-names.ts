/** REST's names of the fields that the services know by others. */
export const TEAM_NAMES = {
  id: 'team_id',
  name: 'team_alias',
  until: 'pause_until',
  accessGroupIds: 'access_groups',
  credits: 'credits_allocated',
  defaultAlias: 'default_model_alias',
} as const;
