export {
  anthropicErrorBody,
  asDomainError,
  type ErrorBody,
  errorHeaders,
  openaiErrorBody,
  restErrorBody,
} from './errors.js';
export { RestExceptionFilter } from './exception.filter.js';
export { takeJsonBodies } from './json-bodies.js';
export { servePages } from './pages.js';
export { addRequestHooks, requestIdOf } from './request-hooks.js';
export { inputValidation } from './validation.js';
export { refuseWrongMethods } from './wrong-method.js';
