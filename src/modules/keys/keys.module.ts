import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganizationsModule } from '../organizations/index.js';
import { ProjectsModule } from '../projects/index.js';
import { TeamsModule } from '../teams/index.js';
import { UsersModule } from '../users/index.js';
import { Key } from './key.entity.js';
import { KeyVerifier } from './key-verifier.service.js';
import { OrganizationKeysResolver, ProjectKeysResolver, TeamKeysResolver } from './key-holders.resolver.js';
import { KeysResolver } from './keys.resolver.js';
import { KeysService } from './keys.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Key]), OrganizationsModule, UsersModule, TeamsModule, ProjectsModule],
  providers: [KeysService, KeyVerifier, KeysResolver, TeamKeysResolver, ProjectKeysResolver, OrganizationKeysResolver],
  exports: [KeysService, KeyVerifier],
})
export class KeysModule {}
