import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard, IdentityResolver } from '../../infra/access/index.js';
import { KeysModule } from '../keys/index.js';
import { Identities } from './identities.js';
import { MasterKey } from './master-key.js';

@Module({
  imports: [KeysModule],
  providers: [
    MasterKey,
    { provide: IdentityResolver, useClass: Identities },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
})
export class AuthModule {}
