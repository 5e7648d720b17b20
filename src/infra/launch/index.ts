export { type Prepared, prepare } from './prepare.js';
export { keptSecret, type KeptSecret } from './secrets.js';
