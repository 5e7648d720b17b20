import { malformed } from '../errors/malformed.js';
import type { VendorError } from '../errors/vendor-error.js';
import { parseJson } from '../json.js';
import type { JsonValue } from '../spec/json.js';

const MAX_BYTES = 64 * 1024;
const SPACES = new TextEncoder().encode(' \t\r\n');
/** How JSON and pages begin. */
const BEGINNINGS = new TextEncoder().encode('{[<');

/** What is kept of a body that may turn out not to be a stream, to read the error in it. */
export class BodyHead {
  private pieces: Uint8Array[] | null = [];
  private bytes = 0;
  private first: number | undefined;

  keep(chunk: Uint8Array): void {
    if (this.pieces === null || this.isFull) return;
    this.first ??= chunk.find((byte) => !SPACES.includes(byte));
    this.pieces.push(chunk.slice(0, MAX_BYTES - this.bytes));
    this.bytes += chunk.byteLength;
  }

  /** It is a stream: nothing more is kept. */
  drop(): void {
    this.pieces = null;
  }

  get isFull(): boolean {
    return this.bytes >= MAX_BYTES;
  }

  /** Whether JSON or a page came instead of a stream. */
  get isText(): boolean {
    return this.pieces !== null && this.first !== undefined && BEGINNINGS.includes(this.first);
  }

  /** The error that came instead of a stream, as `read` finds it in the JSON. Null when the body was empty or cut. */
  error(read: (body: JsonValue | undefined) => VendorError | null): VendorError | null {
    if (this.pieces === null || !this.isText) return null;
    const text = new TextDecoder().decode(Buffer.concat(this.pieces));
    return read(parseJson(text)) ?? malformed('The provider answered without a stream.');
  }
}
