import { VendorError } from './vendor-error.js';

/** The call asks for something that this vendor's API does not have; the next target may have it. */
export const unsupported = (field: string, why = 'is not supported by this model'): VendorError =>
  new VendorError('unsupported', `'${field}' ${why}.`, { field });
