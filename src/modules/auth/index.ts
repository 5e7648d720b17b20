export { AuthModule } from './auth.module.js';
export { SetupLinks } from './arrival/setup-links.js';
