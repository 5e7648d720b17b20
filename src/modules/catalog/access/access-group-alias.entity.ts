import { Entity, PrimaryColumn } from 'typeorm';
import { VisibleWhere } from '../../../infra/database/index.js';
import { isGrantedGroup } from '../granted.js';

/** An alias in an access group. */
@VisibleWhere((alias) => isGrantedGroup(`${alias}.accessGroupId`))
@Entity('access_group_aliases')
export class AccessGroupAlias {
  @PrimaryColumn('text')
  accessGroupId: string;

  @PrimaryColumn('text')
  aliasId: string;
}
