import { Entity, PrimaryColumn } from 'typeorm';

/** An alias in an access group. */
@Entity('access_group_aliases')
export class AccessGroupAlias {
  @PrimaryColumn('text')
  accessGroupId: string;

  @PrimaryColumn('text')
  aliasId: string;
}
