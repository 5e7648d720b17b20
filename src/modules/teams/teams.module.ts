import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganizationsModule } from '../organizations/index.js';
import { Team } from './team.entity.js';
import { OrganizationTeamsResolver, TeamsResolver } from './teams.resolver.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Team]), OrganizationsModule],
  providers: [TeamsService, TeamsResolver, OrganizationTeamsResolver],
  exports: [TeamsService],
})
export class TeamsModule {}
