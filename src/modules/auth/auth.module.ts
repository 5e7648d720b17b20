import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard, IdentityResolver } from '../../infra/access/index.js';
import { KeysModule } from '../keys/index.js';
import { UsersModule } from '../users/index.js';
import { Arrivals } from './arrival/arrivals.service.js';
import { LinkStart } from './arrival/link-start.service.js';
import { SetupLinks } from './arrival/setup-links.js';
import { SignIn } from './arrival/sign-in.service.js';
import { SignInState } from './arrival/sign-in-state.service.js';
import { Attempts } from './attempts/attempts.service.js';
import { MasterKey } from './credentials/master-key.js';
import { AccessTokens } from './entra/access-tokens.js';
import { Directory } from './entra/directory.js';
import { EntraSignIn } from './entra/entra-sign-in.service.js';
import { EntraStrategy } from './entra/entra.strategy.js';
import { Flows } from './entra/flows.js';
import { Groups } from './entra/groups.js';
import { Tokens } from './entra/tokens.js';
import { Identities } from './identities.js';
import { IntrospectionGate } from './introspection.js';
import { EntraController } from './routes/entra.controller.js';
import { SessionController } from './routes/session.controller.js';
import { Browser } from './sessions/browser.service.js';
import { Session } from './sessions/session.entity.js';
import { SessionsResolver } from './sessions/sessions.resolver.js';
import { SessionsService } from './sessions/sessions.service.js';
import { ViewerResolver } from './viewer/viewer.resolver.js';
import { ViewerService } from './viewer/viewer.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Session]), KeysModule, UsersModule],
  controllers: [SessionController, EntraController],
  providers: [
    MasterKey,
    Attempts,
    SessionsService,
    SessionsResolver,
    Browser,
    Identities,
    SignIn,
    SignInState,
    SetupLinks,
    Arrivals,
    LinkStart,
    Directory,
    Tokens,
    AccessTokens,
    Groups,
    Flows,
    EntraSignIn,
    EntraStrategy,
    ViewerService,
    ViewerResolver,
    IntrospectionGate,
    { provide: IdentityResolver, useExisting: Identities },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [SetupLinks],
})
export class AuthModule {}
