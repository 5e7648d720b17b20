import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganizationsModule } from '../organizations/index.js';
import { ProjectsModule } from '../projects/index.js';
import { TeamsModule } from '../teams/index.js';
import { AccessGrant } from './access/access-grant.entity.js';
import { AccessGrantsService } from './access/access-grants.service.js';
import { AccessGroupAlias } from './access/access-group-alias.entity.js';
import { AccessGroup } from './access/access-group.entity.js';
import { AccessGroupsResolver, AliasGroupsResolver } from './access/access-groups.resolver.js';
import { AccessGroupsService } from './access/access-groups.service.js';
import { GroupAliasesService } from './access/group-aliases.service.js';
import { ProjectAccessResolver } from './access/project-access.resolver.js';
import { TeamAccessResolver } from './access/team-access.resolver.js';
import { AliasPrices } from './aliases/alias-prices.service.js';
import { AliasTarget } from './aliases/alias-target.entity.js';
import { Alias } from './aliases/alias.entity.js';
import { AliasesResolver, AliasTargetsResolver } from './aliases/aliases.resolver.js';
import { AliasesService } from './aliases/aliases.service.js';
import { SimpleAliasesService } from './aliases/simple-aliases.service.js';
import { TargetsService } from './aliases/targets.service.js';
import { Model } from './models/model.entity.js';
import { ModelsResolver } from './models/models.resolver.js';
import { ModelsService } from './models/models.service.js';
import { Price } from './models/price.entity.js';
import { PricesService } from './models/prices.service.js';
import { PriceImportsResolver } from './price-list/price-imports.resolver.js';
import { PriceImportsService } from './price-list/price-imports.service.js';
import { Provider } from './providers/provider.entity.js';
import { ProvidersResolver } from './providers/providers.resolver.js';
import { ProvidersService } from './providers/providers.service.js';
import { RoutesService } from './routes/routes.service.js';

const ENTITIES = [Provider, Model, Price, Alias, AliasTarget, AccessGroup, AccessGroupAlias, AccessGrant];
const RESOLVERS = [
  ProvidersResolver,
  ModelsResolver,
  PriceImportsResolver,
  AliasesResolver,
  AliasTargetsResolver,
  AccessGroupsResolver,
  AliasGroupsResolver,
  TeamAccessResolver,
  ProjectAccessResolver,
];
const SERVICES = [
  ProvidersService,
  ModelsService,
  PricesService,
  PriceImportsService,
  AliasesService,
  AliasPrices,
  TargetsService,
  SimpleAliasesService,
  AccessGroupsService,
  GroupAliasesService,
  AccessGrantsService,
  RoutesService,
];

@Module({
  imports: [TypeOrmModule.forFeature(ENTITIES), OrganizationsModule, TeamsModule, ProjectsModule],
  providers: [...SERVICES, ...RESOLVERS],
  exports: SERVICES,
})
export class CatalogModule {}
