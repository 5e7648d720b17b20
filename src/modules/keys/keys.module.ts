import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TeamsModule } from '../teams/index.js';
import { Key } from './key.entity.js';
import { KeyVerifier } from './key-verifier.service.js';
import { KeysResolver, TeamKeysResolver } from './keys.resolver.js';
import { KeysService } from './keys.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Key]), TeamsModule],
  providers: [KeysService, KeyVerifier, KeysResolver, TeamKeysResolver],
  exports: [KeysService, KeyVerifier],
})
export class KeysModule {}
