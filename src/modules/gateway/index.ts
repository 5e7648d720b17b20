export { GatewayModule } from './gateway.module.js';
export { JobReports } from './jobs/job-reports.service.js';
export { callAttempt } from './jobs/call-attempt.js';
export { attemptView, jobCosts, jobView } from './jobs/job-views.js';
export { GatewayRoutes } from './routes/gateway-routes.js';
export type { GatewayRoute } from './routes/routes.js';
