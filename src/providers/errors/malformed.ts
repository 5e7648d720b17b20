import { VendorError } from './vendor-error.js';

/** The vendor's answer, or a piece of it, is not what its API promises. `status` of the answer, where it is known. */
export const malformed = (message: string, status: number | null = null): VendorError =>
  new VendorError('malformed', message, { status });
