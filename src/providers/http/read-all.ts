import { VendorError } from '../errors/vendor-error.js';
import type { VendorBody } from './transport.js';

/** A whole body, of at most `maxBytes`. Throws VendorError: malformed beyond that, else what the transport throws. */
export async function readAll(body: VendorBody, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      body.cancel();
      throw new VendorError('malformed', `The provider's answer is larger than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
