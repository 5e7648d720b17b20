export { GatewayModule } from './gateway.module.js';
export { JobReports } from './jobs/job-reports.service.js';
export { jobCosts, jobView } from './jobs/job-views.js';
export { JobRoutes } from './routes/job-routes.js';
export type { GatewayRoute } from './routes/routes.js';
