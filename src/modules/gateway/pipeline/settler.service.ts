import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '../../../core/errors.js';
import { Log } from '../../../infra/telemetry/index.js';
import { type EndCall, Instance, type LedgerActor, LedgerService } from '../../ledger/index.js';

const RETRY_MS = 500;

interface Unsettled {
  readonly callId: string;
  readonly end: EndCall;
  readonly actor: LedgerActor;
}

/**
 * Brings ends of calls into the ledger. The end is in the flight recorder first, so that neither a database that is
 * away nor the death of this process loses it; while the database is away, ends wait here and are tried again.
 */
@Injectable()
export class Settler implements OnModuleDestroy {
  private waiting: Unsettled[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly ledger: LedgerService,
    private readonly instance: Instance,
    private readonly log: Log,
  ) {}

  async settle(callId: string, end: EndCall, actor: LedgerActor): Promise<void> {
    try {
      this.instance.recorder.ended(callId, end);
    } catch (error) {
      // A full disk must not keep the end out of the ledger, which is where it belongs.
      this.log.error('the flight recorder cannot be written', { callId, error });
    }
    await this.post({ callId, end, actor });
  }

  /** One last try; what is still waiting is in the flight recorder for the next start. */
  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    await this.retry();
    if (this.timer) clearTimeout(this.timer);
  }

  private async post(unsettled: Unsettled): Promise<void> {
    try {
      const isFirst = await this.ledger.endCall(unsettled.callId, unsettled.end, unsettled.actor);
      if (!isFirst) this.log.error('a call was ended by recovery while it ran', { callId: unsettled.callId });
      this.instance.recorder.forget(unsettled.callId);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'ledger_unavailable')) throw error;
      this.waiting.push(unsettled);
      this.timer ??= setTimeout(() => void this.retry(), RETRY_MS);
    }
  }

  private async retry(): Promise<void> {
    this.timer = null;
    const batch = this.waiting;
    this.waiting = [];
    for (const unsettled of batch)
      await this.post(unsettled).catch((error: unknown) =>
        this.log.error('a call cannot be settled', { callId: unsettled.callId, error }),
      );
  }
}
