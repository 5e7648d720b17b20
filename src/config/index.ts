export { Config, loadConfig } from './config.js';
export { envExample, settingsTable } from './documentation.js';
export { type EntraConfig } from './sign-in.js';
export { version } from './version.js';
