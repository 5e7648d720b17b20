import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';

const PER_ADDRESS = 30;
const IN_ALL = 300;
const MINUTE_MS = 60_000;

/**
 * Keeps attempts without a valid credential from flooding the log, which keeps every row for ever: at most 30 rows a
 * minute for an address and 300 in all, of each process. What is left out is counted.
 */
@Injectable()
export class RefusalLimit {
  private minute = 0;
  private total = 0;
  private readonly byAddress = new Map<string, number>();
  private leftOut = 0;

  constructor(private readonly clock: Clock) {}

  /** Whether the attempt may leave a row. */
  allows(address: string | null): boolean {
    const minute = Math.floor(this.clock.nowMs() / MINUTE_MS);
    if (minute !== this.minute) {
      this.minute = minute;
      this.total = 0;
      this.byAddress.clear();
    }
    const from = address ?? '';
    const own = this.byAddress.get(from) ?? 0;
    if (this.total >= IN_ALL || own >= PER_ADDRESS) {
      this.leftOut++;
      return false;
    }
    this.total++;
    this.byAddress.set(from, own + 1);
    return true;
  }

  /** How many were left out since this was last asked. */
  takeLeftOut(): number {
    const count = this.leftOut;
    this.leftOut = 0;
    return count;
  }

  /** The row that was to tell of them could not be written. */
  giveBack(count: number): void {
    this.leftOut += count;
  }
}
