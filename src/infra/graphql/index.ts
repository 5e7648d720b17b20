export { operationRefused } from './errors.js';
export { GraphqlModule } from './graphql.module.js';
export { groupBy, loadBatched } from './loaders.js';
export { PageArgs, Paginated } from './paginated.js';
export { BigIntScalar, CreditsScalar, JsonScalar, MoneyScalar } from './scalars.js';
