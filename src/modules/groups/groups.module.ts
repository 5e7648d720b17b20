import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganizationsModule } from '../organizations/index.js';
import { UsersModule } from '../users/index.js';
import { Group } from './group.entity.js';
import { GroupMember } from './group-member.entity.js';
import { GroupMembers } from './group-members.service.js';
import { GroupsResolver, OrganizationGroupsResolver } from './groups.resolver.js';
import { GroupsService } from './groups.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Group, GroupMember]), OrganizationsModule, UsersModule],
  providers: [GroupsService, GroupMembers, GroupsResolver, OrganizationGroupsResolver],
  exports: [GroupsService],
})
export class GroupsModule {}
