import type { CallEvents } from './item-events.js';
import type { SaidCall } from '../responses-said.js';

/** Begins the item of a call whose name is known. */
type Begin = (call: { id: string; name: string }) => CallEvents;

/** Pieces of a call that came so far; without a name there is no item yet. */
interface Slot {
  id: string;
  waiting: string;
  events: CallEvents | null;
}

/** Sorts the pieces of calls, which may come interleaved, to the calls that they belong to. */
export class StreamCalls {
  private readonly slots: Slot[] = [];
  private readonly byIndex = new Map<number, Slot>();

  constructor(private readonly begin: Begin) {}

  take(piece: SaidCall): void {
    const slot = this.slotOf(piece);
    slot.id ||= piece.id;
    slot.waiting += piece.arguments;
    if (piece.name !== '') slot.events ??= this.begin({ id: slot.id, name: piece.name });
    this.pour(slot);
  }

  /** The stream has ended: what had no name so far will never get one. */
  end(): void {
    for (const slot of this.slots) {
      slot.events ??= this.begin({ id: slot.id, name: '' });
      this.pour(slot);
    }
  }

  private pour(slot: Slot): void {
    if (!slot.events) return;
    slot.events.say(slot.waiting);
    slot.waiting = '';
  }

  private slotOf(piece: SaidCall): Slot {
    const known = this.known(piece);
    // Some servers count every call as the first; another id with another name is another call.
    const isOther = piece.name !== '' && piece.id !== '' && known?.id !== '' && known?.id !== piece.id;
    const slot = known && !isOther ? known : this.added();
    if (piece.index !== null) this.byIndex.set(piece.index, slot);
    return slot;
  }

  private known({ index, id, name }: SaidCall): Slot | undefined {
    if (index !== null) return this.byIndex.get(index);
    if (id !== '') return this.slots.find((slot) => slot.id === id);
    return name === '' ? this.slots.at(-1) : undefined;
  }

  private added(): Slot {
    const slot = { id: '', waiting: '', events: null };
    this.slots.push(slot);
    return slot;
  }
}
