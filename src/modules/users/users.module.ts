import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganizationsModule } from '../organizations/index.js';
import { DirectorySignIn } from './arrival/directory-sign-in.service.js';
import { Invitation } from './invitations/invitation.entity.js';
import { RoleMapping } from './mappings/role-mapping.entity.js';
import { Member } from './members/member.entity.js';
import { InvitationsResolver } from './invitations/invitations.resolver.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { RoleMappingsResolver } from './mappings/role-mappings.resolver.js';
import { RoleMappingsService } from './mappings/role-mappings.service.js';
import { MembersResolver, OrganizationMembersResolver, UserMembershipsResolver } from './members/members.resolver.js';
import { MembersService } from './members/members.service.js';
import { UsersResolver } from './people/users.resolver.js';
import { UsersService } from './people/users.service.js';
import { People } from './people/people.service.js';
import { User } from './people/user.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([User, Member, Invitation, RoleMapping]), OrganizationsModule],
  providers: [
    People,
    DirectorySignIn,
    UsersService,
    UsersResolver,
    MembersService,
    MembersResolver,
    OrganizationMembersResolver,
    UserMembershipsResolver,
    InvitationsService,
    InvitationsResolver,
    RoleMappingsService,
    RoleMappingsResolver,
  ],
  exports: [People, DirectorySignIn, MembersService, UsersService],
})
export class UsersModule {}
