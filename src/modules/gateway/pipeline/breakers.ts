import type { RouteTarget } from '../../catalog/index.js';

const FAILURES_IN_A_ROW = 5;
const WINDOW_MS = 10_000;
const WINDOW_CALLS = 20;
const WINDOW_FAILED_SHARE = 0.5;
const OPEN_MS = 30_000;
const LONGEST_OPEN_MS = 300_000;
/** Targets that are remembered; one that nobody has asked for longest is forgotten first. */
const MAX_TARGETS = 10_000;

/** Retries that are allowed for each call, and how many may be saved up, so that a quiet gateway can retry at all. */
const RETRIES_PER_CALL = 0.2;
const SAVED_RETRIES = 20;

interface Breaker {
  failuresInARow: number;
  /** Times it opened since it was last closed. */
  opened: number;
  openUntilMs: number;
  isProbing: boolean;
  windowEndsMs: number;
  windowCalls: number;
  windowFailures: number;
}

/**
 * Remembers how targets did. One that fails five times in a row, or half of at least twenty calls in ten seconds, is
 * tried after all others for 30 seconds, then for 60 and so on up to 300, until a single probe succeeds. It is never
 * left out: where all fail, any is worth an attempt. Of this process alone: what it saw itself.
 */
export class Breakers {
  private readonly byTarget = new Map<string, Breaker>();
  private retries = SAVED_RETRIES;

  constructor(private readonly nowMs: () => number) {}

  /** The targets of a call in the order in which they are to be tried. */
  order(targets: readonly RouteTarget[]): readonly RouteTarget[] {
    this.retries = Math.min(this.retries + RETRIES_PER_CALL, SAVED_RETRIES);
    if (targets.length < 2) return targets;
    const isOpen = targets.map((target) => this.isOpen(target));
    if (!isOpen.includes(true)) return targets;
    return [...targets.filter((_, index) => !isOpen[index]), ...targets.filter((_, index) => isOpen[index])];
  }

  /** Whether one more attempt fits into the share of the traffic that retries may make up; it is taken then. */
  takeRetry(): boolean {
    if (this.retries < 1) return false;
    this.retries -= 1;
    return true;
  }

  /** Told before an attempt: the first one after an open time is the probe. */
  begin(target: RouteTarget): void {
    const breaker = this.byTarget.get(nameOf(target));
    if (breaker && breaker.opened > 0 && breaker.openUntilMs <= this.nowMs()) breaker.isProbing = true;
  }

  /** @param outcome null says nothing about the target: the client left, or asked for what it cannot do */
  end(target: RouteTarget, outcome: 'success' | 'failure' | null): void {
    if (outcome === 'success') return this.succeeded(target);
    const breaker = this.byTarget.get(nameOf(target));
    if (outcome === 'failure') this.failed(breaker ?? this.add(target));
    else if (breaker) breaker.isProbing = false;
  }

  private isOpen(target: RouteTarget): boolean {
    const breaker = this.byTarget.get(nameOf(target));
    return breaker !== undefined && breaker.opened > 0 && (breaker.isProbing || breaker.openUntilMs > this.nowMs());
  }

  private succeeded(target: RouteTarget): void {
    const breaker = this.byTarget.get(nameOf(target));
    if (!breaker) return;
    Object.assign(breaker, { failuresInARow: 0, opened: 0, isProbing: false });
    this.count(breaker, false);
  }

  private failed(breaker: Breaker): void {
    const wasProbe = breaker.isProbing;
    breaker.failuresInARow += 1;
    breaker.isProbing = false;
    this.count(breaker, true);
    const { windowCalls, windowFailures, failuresInARow, opened } = breaker;
    const isFailing = windowCalls >= WINDOW_CALLS && windowFailures >= windowCalls * WINDOW_FAILED_SHARE;
    // Calls that were on their way when it opened do not open it once more.
    const mayOpen = opened === 0 ? failuresInARow >= FAILURES_IN_A_ROW || isFailing : wasProbe;
    if (!mayOpen) return;
    breaker.opened += 1;
    breaker.openUntilMs = this.nowMs() + Math.min(OPEN_MS * breaker.opened, LONGEST_OPEN_MS);
    breaker.windowEndsMs = 0;
  }

  private count(breaker: Breaker, isFailure: boolean): void {
    const now = this.nowMs();
    if (breaker.windowEndsMs <= now)
      Object.assign(breaker, { windowEndsMs: now + WINDOW_MS, windowCalls: 0, windowFailures: 0 });
    breaker.windowCalls += 1;
    if (isFailure) breaker.windowFailures += 1;
  }

  private add(target: RouteTarget): Breaker {
    if (this.byTarget.size >= MAX_TARGETS) this.byTarget.delete(this.byTarget.keys().next().value!);
    const window = { windowEndsMs: 0, windowCalls: 0, windowFailures: 0 };
    const breaker: Breaker = { failuresInARow: 0, opened: 0, openUntilMs: 0, isProbing: false, ...window };
    this.byTarget.set(nameOf(target), breaker);
    return breaker;
  }
}

/** A model at a connection: another connection to the same model fails by itself. */
const nameOf = ({ modelId, provider }: RouteTarget): string => `${provider.id} ${modelId}`;
