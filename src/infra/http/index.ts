export { asDomainError, errorHeaders, restErrorBody } from './errors.js';
export { RestExceptionFilter } from './exception.filter.js';
export { answerBadPath, OwnFailuresAdapter } from './failures.js';
export { takeJsonBodies } from './json-bodies.js';
export { servePages } from './pages.js';
export { addRequestHooks, requestIdOf } from './request-hooks.js';
export { inputValidation } from './validation.js';
export { refuseWrongMethods } from './wrong-method.js';
