export { BigIntColumn, Hidden, InstantColumn, JsonColumn } from './columns.js';
export { type Change, recordChange, startRecording } from './change-recorder.js';
export { Database } from './database.js';
export { DatabaseModule } from './database.module.js';
export { bothWays, containing, keysetPage, orderOf, type SortColumns } from './keyset.js';
export { asDatabaseFailure, asUnavailable, insertNew } from './violations.js';
export { migrate } from './migrate.js';
export { isOwn, whenBound } from './own-rows.js';
export { VisibleWhere } from './visibility.js';
