import { Instant, Many, PageAnswer, Text, Texts } from '../fields/answers.js';

class AliasInGroup {
  @Text()
  model_alias: string;

  @Text()
  display_name: string;

  @Text({ nullable: true })
  provider: string | null;

  @Text({ nullable: true })
  actual_model: string | null;
}

export class AccessGroupView {
  @Text()
  group_name: string;

  @Text()
  display_name: string;

  @Text({ nullable: true })
  description: string | null;

  @Text()
  status: string;

  @Many(() => AliasInGroup)
  model_aliases: AliasInGroup[];

  @Texts()
  teams_using: string[];

  @Instant()
  created_at: Date;

  @Instant()
  updated_at: Date;
}

export class AccessGroupList extends PageAnswer {
  @Many(() => AccessGroupView)
  model_access_groups: AccessGroupView[];
}

export class AccessGroupDone {
  @Text()
  group_name: string;

  @Text()
  message: string;
}
