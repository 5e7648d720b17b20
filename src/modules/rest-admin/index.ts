export { buildOpenApi, serveOpenApi } from './openapi.js';
export { RestAdminModule } from './rest-admin.module.js';
