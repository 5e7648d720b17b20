import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganizationsModule } from '../organizations/index.js';
import { TeamsModule } from '../teams/index.js';
import { Key } from './key.entity.js';
import { KeyVerifier } from './key-verifier.service.js';
import { KeysResolver, OrganizationKeysResolver, TeamKeysResolver } from './keys.resolver.js';
import { KeysService } from './keys.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Key]), OrganizationsModule, TeamsModule],
  providers: [KeysService, KeyVerifier, KeysResolver, TeamKeysResolver, OrganizationKeysResolver],
  exports: [KeysService, KeyVerifier],
})
export class KeysModule {}
