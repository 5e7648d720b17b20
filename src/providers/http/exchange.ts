import type { Dispatcher } from 'undici';
import { DomainError } from '../../core/errors.js';
import { VendorError } from '../errors/vendor-error.js';
import type { Timeouts, VendorBody, VendorResponse } from './transport.js';

/** Bytes held for a slow reader before the vendor's socket is paused. */
const HIGH_WATER_BYTES = 256 * 1024;

type Controller = Dispatcher.DispatchController;
type RawHeaders = Record<string, string | string[] | undefined>;

/**
 * One request and its answer on undici. It owns the timers, because undici's do not cover the wait for a free
 * connection and are set per pool. Failing it in any state ends the exchange and closes the vendor's connection.
 */
export class Exchange implements Dispatcher.DispatchHandler, VendorBody {
  readonly response: Promise<VendorResponse>;
  private answer!: { resolve: (response: VendorResponse) => void; reject: (error: VendorError) => void };
  private controller: Controller | null = null;
  private chunks: Uint8Array[] = [];
  private bufferedBytes = 0;
  private state: 'waiting' | 'body' | 'ended' = 'waiting';
  private failure: VendorError | null = null;
  private wake: (() => void) | null = null;
  private timer: NodeJS.Timeout | undefined;
  private readonly onAbort = (): void => this.fail(new VendorError('aborted', 'The call was aborted.'));

  constructor(
    private readonly timeouts: Timeouts,
    private readonly signal: AbortSignal,
    private readonly departing: () => void = () => undefined,
  ) {
    this.response = new Promise((resolve, reject) => (this.answer = { resolve, reject }));
    signal.addEventListener('abort', this.onAbort, { once: true });
    this.arm(timeouts.connectMs, 'The provider could not be connected to in time.');
    if (signal.aborted) this.onAbort();
  }

  /** Ends the exchange with an error, unless it has ended. */
  fail(error: VendorError): void {
    if (this.state === 'ended') return;
    this.failure = error;
    this.settle();
    this.controller?.abort(error);
    this.answer.reject(error);
  }

  cancel(): void {
    // Most exchanges have ended by then, and an error is dear to make.
    if (this.state !== 'ended') this.fail(new VendorError('aborted', 'The call was aborted.'));
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.failure === null) this.depart();
    if (this.failure !== null) controller.abort(this.failure);
    else this.arm(this.timeouts.firstByteMs, 'The provider did not begin to answer in time.');
  }

  onResponseStart(_: Controller, status: number, headers: RawHeaders): void {
    if (status < 200 || this.state !== 'waiting') return;
    clearTimeout(this.timer);
    this.state = 'body';
    this.answer.resolve({ status, headers: flatten(headers), body: this });
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.bufferedBytes += chunk.byteLength;
    if (this.bufferedBytes >= HIGH_WATER_BYTES) controller.pause();
    this.wake?.();
  }

  onResponseEnd(): void {
    if (this.state !== 'ended') this.settle();
  }

  onResponseError(_: Controller, error: Error): void {
    this.fail(this.failure ?? networkError(error, this.state === 'waiting'));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let waitMs = this.timeouts.firstByteMs;
    try {
      for (;;) {
        const chunk = await this.next(waitMs);
        if (chunk === null) return;
        waitMs = this.timeouts.idleMs;
        yield chunk;
      }
    } finally {
      this.cancel();
    }
  }

  /** All that has arrived, or null at the end. What arrived before a failure is still given before it is thrown. */
  private async next(waitMs: number): Promise<Uint8Array | null> {
    while (this.chunks.length === 0) {
      if (this.failure !== null) throw this.failure;
      if (this.state === 'ended') return null;
      this.arm(waitMs, 'The provider stopped sending.');
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
      clearTimeout(this.timer);
    }
    const pieces = this.chunks;
    this.chunks = [];
    this.bufferedBytes = 0;
    if (this.controller?.paused === true) this.controller.resume();
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  private depart(): void {
    try {
      this.departing();
    } catch (cause) {
      this.fail(new VendorError('network', 'The request could not be sent.', { retryable: false, cause }));
    }
  }

  private arm(ms: number, message: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail(new VendorError('timeout', message)), ms);
  }

  private settle(): void {
    this.state = 'ended';
    clearTimeout(this.timer);
    this.signal.removeEventListener('abort', this.onAbort);
    this.wake?.();
  }
}

function flatten(headers: RawHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

/** A driver's error in our words; its own message names addresses. */
function networkError(cause: Error, beforeAnswer: boolean): VendorError {
  if (cause instanceof DomainError)
    return new VendorError('network', "The provider's address is not allowed.", { retryable: false, cause });
  const code = 'code' in cause ? cause.code : null;
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return new VendorError('timeout', 'The provider could not be connected to in time.', { cause });
  if (code === 'UND_ERR_INVALID_ARG')
    return new VendorError('network', 'The request could not be sent.', { retryable: false, cause });
  const message = beforeAnswer ? 'The provider could not be reached.' : 'The connection to the provider was lost.';
  return new VendorError('network', message, { cause });
}
