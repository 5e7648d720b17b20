import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../../config/index.js';
import { Clock } from '../../../../core/clock.js';
import { Events } from '../../../../infra/events/index.js';
import { Log } from '../../../../infra/telemetry/index.js';
import type { CallingKey } from '../../../keys/index.js';
import { CallState, type EndCall, LIMITS_CHANGED } from '../../../ledger/index.js';
import { type BoundLimit, LimitsOf } from '../../../limits/index.js';
import type { Admission, CallRequest } from '../call.js';
import { type Drawn, less, minus, NOTHING, plus, remainingHeader } from './remaining.js';

/** What was read of the limits of a key, and what its calls in this process had drawn on them by then. */
interface Reading {
  readonly limits: readonly BoundLimit[];
  readonly drawn: Drawn;
}

/** What this process knows of a key. Calls that run keep theirs, also when it is forgotten. */
interface Known {
  readonly caller: CallingKey;
  /** All that calls hold or have come to since this was made. */
  drawn: Drawn;
  reading: Promise<Reading | null>;
  readMs: number;
  hasCredits: boolean;
}

/** A call, for as long as it runs. */
export interface Draw {
  /** Resolves when its limits are known, or too long in coming; before it is settled, so that it is not counted twice. */
  known(): Promise<void>;
  /** Told once the call is settled. */
  ended(end: EndCall): void;
  /** What the limits have left, as the header says it; no header when there is no limit, or nothing is known. */
  headers(): Promise<Record<string, string>>;
}

const READ_EVERY_MS = 1_000;

/**
 * What the limits of a key have left, to be told and never to decide by. The figures are read at most once a second a
 * key, while the vendor works; what calls of the key draw in this process meanwhile is reckoned here, so that an answer
 * costs no statement of its own. How many credits a call came to is known to the ledger alone: where a limit is in
 * credits, it is read again after the settlement.
 */
@Injectable()
export class Remaining implements OnModuleInit {
  private readonly byKey = new Map<string, Known>();

  constructor(
    private readonly limits: LimitsOf,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(LIMITS_CHANGED, () => this.byKey.clear());
  }

  /** Told once the call holds its money. */
  follow(request: CallRequest, { costBound, tokensBound }: Admission): Draw {
    const held = { usd: request.opens?.maxCost ?? costBound, tokens: BigInt(tokensBound), requests: 1n };
    const known = this.of(request.caller);
    known.drawn = plus(known.drawn, held);
    if (Math.abs(this.clock.nowMs() - known.readMs) >= READ_EVERY_MS) this.read(known);
    return {
      known: async () => void (await this.inTime(known.reading)),
      ended: (end) => {
        const posted = { usd: end.chargedCost, tokens: BigInt(end.tokensIn + end.tokensOut), requests: 1n };
        known.drawn = plus(minus(known.drawn, held), end.state === CallState.VOIDED ? NOTHING : posted);
        if (known.hasCredits) this.read(known);
      },
      headers: () => this.headersOf(known),
    };
  }

  private async headersOf(known: Known): Promise<Record<string, string>> {
    const reading = await this.inTime(known.reading);
    if (!reading || reading.limits.length === 0) return {};
    const since = minus(known.drawn, reading.drawn);
    return { 'x-tollkeeper-remaining': remainingHeader(reading.limits.map((limit) => less(limit, since))) };
  }

  private of(caller: CallingKey): Known {
    const known = this.byKey.get(caller.keyId);
    if (known) return known;
    if (this.byKey.size >= this.config.bounds.limitPathEntries) this.byKey.clear();
    const fresh = { caller, drawn: NOTHING, reading: Promise.resolve(null), readMs: -Infinity, hasCredits: false };
    this.byKey.set(caller.keyId, fresh);
    return fresh;
  }

  private read(known: Known): void {
    const { organizationId, keyId, teamId, projectId, userId } = known.caller;
    const { drawn } = known;
    const at = this.clock.now();
    known.readMs = at.getTime();
    known.reading = this.limits.of({ organizationId, keyId, teamId, projectId, userId }, at).then(
      (limits) => {
        known.hasCredits = limits.some(({ unit }) => unit === 'micro_credit');
        return { limits, drawn };
      },
      (error: unknown) => {
        // A header is no reason to fail a call whose money is held; the next call asks again.
        this.log.warn('what the limits of a key have left cannot be read', { keyId, error });
        known.readMs = -Infinity;
        return null;
      },
    );
  }

  /** The reading when it comes within the patience that calls have with the database; else null. */
  private async inTime(reading: Promise<Reading | null>): Promise<Reading | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), this.config.bounds.ledgerPatienceMs);
    });
    return Promise.race([reading, late]).finally(() => clearTimeout(timer));
  }
}
