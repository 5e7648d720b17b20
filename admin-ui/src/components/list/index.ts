export { ListFooter } from './list-footer.js';
export { ListToolbar } from './list-toolbar.js';
export { ListView } from './list-view.js';
export type { BulkAction, Column, Filter, ListSource } from './list-types.js';
