export { ListView } from './list-view.js';
export type { BulkAction, Column, Filter, ListSource } from './list-types.js';
