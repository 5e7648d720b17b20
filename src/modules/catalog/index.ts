export { AccessGrantsService } from './access/access-grants.service.js';
export { AccessGroup, AccessGroupStatus } from './access/access-group.entity.js';
export { AccessGroupsService } from './access/access-groups.service.js';
export { GroupAliasesService } from './access/group-aliases.service.js';
export { ALIAS_NAME, ALIAS_NAME_RULE } from './aliases/alias-name.js';
export { Alias, AliasStatus, RoutingStrategy } from './aliases/alias.entity.js';
export { MAX_TARGETS, MAX_WEIGHT } from './aliases/aliases.inputs.js';
export { AliasPrices } from './aliases/alias-prices.service.js';
export { AliasesService } from './aliases/aliases.service.js';
export {
  type NewSimpleAlias,
  type SimpleAlias,
  type SimpleAliasChanges,
  SimpleAliasesService,
} from './aliases/simple-aliases.service.js';
export type { SimplePriceTier } from './aliases/simple-prices.js';
export { TargetsService } from './aliases/targets.service.js';
export { isGrantedAlias, isGrantedGroup, isGrantedModel } from './granted.js';
export { CatalogModule } from './catalog.module.js';
export { Model } from './models/model.entity.js';
export { ModelsService } from './models/models.service.js';
export { readPrices, type StoredPrices } from './models/price-book.js';
export { MAX_THRESHOLD, MAX_TIERS } from './models/price-fields.js';
export { PricesService } from './models/prices.service.js';
export { type ImportPricesInput, type PriceImportPreviewInput } from './price-list/price-imports.inputs.js';
export { PriceImportsService } from './price-list/price-imports.service.js';
export { PriceDifference, type PriceImport, type PriceImportPreview } from './price-list/price-imports.views.js';
export { Provider, ProviderStatus } from './providers/provider.entity.js';
export { ProvidersService } from './providers/providers.service.js';
export { drawn, sharesOf } from './routes/draw.js';
export type { Route, RouteRequest, RouteTarget } from './routes/route.js';
export type { CallableAlias } from './routes/route-rows.js';
export { RoutesService } from './routes/routes.service.js';
