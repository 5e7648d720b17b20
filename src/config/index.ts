export { Config, loadConfig } from './config.js';
export { envExample, settingsTable } from './documentation.js';
