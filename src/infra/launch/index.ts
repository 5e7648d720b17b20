export { type Prepared, prepare } from './prepare.js';
