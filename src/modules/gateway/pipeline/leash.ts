import { DomainError } from '../../../core/errors.js';

/** Ends a vendor's work for one of three reasons: the client left, the call took too long, this process stops. */
export class Leash {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly onClientGone = (): void =>
    this.pull(new DomainError('client_closed', 'The client closed the connection'));

  constructor(
    private readonly client: AbortSignal | null,
    totalMs: number,
  ) {
    this.timer = setTimeout(() => this.pull(tooLong(totalMs)), totalMs);
    if (client?.aborted) this.onClientGone();
    else client?.addEventListener('abort', this.onClientGone, { once: true });
  }

  /** Aborts with a DomainError as its reason. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  pull(reason: DomainError): void {
    this.controller.abort(reason);
  }

  release(): void {
    clearTimeout(this.timer);
    this.client?.removeEventListener('abort', this.onClientGone);
  }
}

/** Made only when it is needed: an error notes where it was made, which is dear on the way of every call. */
const tooLong = (totalMs: number): DomainError =>
  new DomainError('provider_timeout', `The call took longer than ${totalMs / 1000} seconds`);
