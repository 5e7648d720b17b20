export { AccessGrantsService } from './access/access-grants.service.js';
export { AccessGroup, AccessGroupStatus } from './access/access-group.entity.js';
export { AccessGroupsService } from './access/access-groups.service.js';
export { GroupAliasesService } from './access/group-aliases.service.js';
export { ALIAS_NAME, ALIAS_NAME_RULE } from './aliases/alias-name.js';
export { Alias, AliasStatus } from './aliases/alias.entity.js';
export { AliasPrices } from './aliases/alias-prices.service.js';
export { AliasesService } from './aliases/aliases.service.js';
export {
  type NewSimpleAlias,
  type SimpleAlias,
  type SimpleAliasChanges,
  SimpleAliasesService,
} from './aliases/simple-aliases.service.js';
export { TargetsService } from './aliases/targets.service.js';
export { isGrantedAlias, isGrantedGroup, isGrantedModel } from './granted.js';
export { CatalogModule } from './catalog.module.js';
export { Model } from './models/model.entity.js';
export { ModelsService } from './models/models.service.js';
export { PricesService } from './models/prices.service.js';
export { Provider, ProviderStatus } from './providers/provider.entity.js';
export { ProvidersService } from './providers/providers.service.js';
export type { Route, RouteRequest, RouteTarget } from './routes/route.js';
export type { CallableAlias } from './routes/route-rows.js';
export { RoutesService } from './routes/routes.service.js';
