import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard, IdentityResolver } from '../../infra/access/index.js';
import { MasterKeyResolver } from './master-key.js';

@Module({
  providers: [
    { provide: IdentityResolver, useClass: MasterKeyResolver },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
})
export class AuthModule {}
