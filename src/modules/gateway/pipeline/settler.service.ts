import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '../../../core/errors.js';
import { Log } from '../../../infra/telemetry/index.js';
import { type Ending, Instance, LateEvidence, type LedgerActor, LedgerService } from '../../ledger/index.js';

const RETRY_MS = 200;

interface Unsettled {
  readonly ending: Ending;
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
    private readonly late: LateEvidence,
    private readonly log: Log,
  ) {}

  async settle(ending: Ending, actor: LedgerActor): Promise<void> {
    const { callId, end, close } = ending;
    try {
      this.instance.recorder.ended(callId, end, close);
    } catch (error) {
      // A full disk must not keep the end out of the ledger, which is where it belongs.
      this.log.error('the flight recorder cannot be written', { callId, error });
    }
    await this.post({ ending, actor });
  }

  /** One last try; what is still waiting is in the flight recorder for the next start. */
  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    await this.retry();
    if (this.timer) clearTimeout(this.timer);
  }

  private async post(unsettled: Unsettled): Promise<void> {
    const { callId } = unsettled.ending;
    try {
      const isFirst = await this.ledger.endCall(unsettled.ending, unsettled.actor);
      const { recorder } = this.instance;
      // Ended by an earlier try whose answer was lost; or by somebody who took this process for dead and knew no cost.
      if (isFirst) recorder.forget(callId);
      else this.late.add(callId, unsettled.ending.end, () => recorder.forget(callId));
    } catch (error) {
      const mayRetry = error instanceof DomainError && ['ledger_unavailable', 'overloaded'].includes(error.code);
      if (!mayRetry) throw error;
      this.waiting.push(unsettled);
      this.timer ??= setTimeout(() => void this.retry(), RETRY_MS);
    }
  }

  private async retry(): Promise<void> {
    this.timer = null;
    const again = (unsettled: Unsettled): Promise<void> =>
      this.post(unsettled).catch((error: unknown) =>
        this.log.error('a call cannot be settled', { callId: unsettled.ending.callId, error }),
      );
    // All at once: the ledger takes them in batches.
    await Promise.all(this.waiting.splice(0).map(again));
  }
}
