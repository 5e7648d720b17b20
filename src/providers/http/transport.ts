import type { VendorRequest } from '../spec/adapter.js';

export interface Timeouts {
  /** From the call until a connection is up, waiting for a free one included. */
  readonly connectMs: number;
  /** From then until the headers, and from the headers until the first byte of the body. */
  readonly firstByteMs: number;
  /** Silence between two pieces of the body. */
  readonly idleMs: number;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  readonly timeouts: Timeouts;
  /** Told in the moment before the request leaves, when its connection is there; it does not leave if this throws. */
  readonly departing?: () => void;
}

/**
 * The bytes of an answer, read once. Iterating throws VendorError (network, timeout, aborted). Read it to its end,
 * leave the loop, or cancel it: until then it holds a connection. Cancelling closes the vendor's connection.
 */
export interface VendorBody extends AsyncIterable<Uint8Array> {
  cancel(): void;
}

export interface VendorResponse {
  readonly status: number;
  /** Names in lowercase; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: VendorBody;
}

/** Carries a request to a vendor. Every status resolves; only VendorError (network, timeout, aborted) is thrown. */
export interface Transport {
  send(request: VendorRequest, options: SendOptions): Promise<VendorResponse>;
}
