import type { JsonObject } from '../../../../../providers/index.js';
import {
  callItem,
  type ItemStatus,
  messageItem,
  reasoningItem,
  refusalPart,
  type ResponseFacts,
  summaryPart,
  textPart,
} from '../responses-items.js';
import { ThinkingBlocks } from '../responses-thinking.js';

/** Sends an event; it gets its sequence number there. */
type Emit = (type: string, fields: JsonObject) => void;

/** Where an item stands in the response. */
export interface Place {
  readonly facts: ResponseFacts;
  readonly id: string;
  readonly outputIndex: number;
  readonly emit: Emit;
}

/** The events of one item of the output, from its first to its last. */
export abstract class ItemEvents {
  private status: ItemStatus = 'in_progress';

  constructor(protected readonly place: Place) {}

  open(): void {
    this.place.emit('response.output_item.added', { output_index: this.place.outputIndex, item: this.item });
  }

  /** Tells that the item is as it stays; the second time nothing. */
  close(status: ItemStatus): void {
    if (this.status !== 'in_progress') return;
    this.status = status;
    this.finish();
    this.place.emit('response.output_item.done', { output_index: this.place.outputIndex, item: this.item });
  }

  /** The item as it would be if nothing more came. */
  get cut(): JsonObject {
    return this.itemAs(this.status === 'in_progress' ? 'incomplete' : this.status);
  }

  protected get item(): JsonObject {
    return this.itemAs(this.status);
  }

  protected abstract itemAs(status: ItemStatus): JsonObject;

  /** The events that end what the item holds. */
  protected abstract finish(): void;

  protected emit(type: string, fields: JsonObject): void {
    const { id, outputIndex, emit } = this.place;
    emit(`response.${type}`, { item_id: id, output_index: outputIndex, ...fields });
  }
}

/** What the model thought; all of it is one part of the summary. */
export class ReasoningEvents extends ItemEvents {
  private readonly thoughts = new ThinkingBlocks();
  private text = '';

  think(text: string, blocks: ThinkingBlocks): void {
    this.thoughts.join(blocks);
    if (text === '') return;
    if (this.text === '') this.emit('reasoning_summary_part.added', { summary_index: 0, part: summaryPart('') });
    this.text += text;
    this.emit('reasoning_summary_text.delta', { summary_index: 0, delta: text });
  }

  protected itemAs(): JsonObject {
    return reasoningItem(this.place.facts, this.place.id, { text: this.text, blocks: this.thoughts.whole });
  }

  protected finish(): void {
    if (this.text === '') return;
    this.emit('reasoning_summary_text.done', { summary_index: 0, text: this.text });
    this.emit('reasoning_summary_part.done', { summary_index: 0, part: summaryPart(this.text) });
  }
}

type PartKind = 'output_text' | 'refusal';

const partOf = (kind: PartKind, text: string): JsonObject => (kind === 'refusal' ? refusalPart(text) : textPart(text));

/** What the model said; a part begins where text and refusal change. */
export class MessageEvents extends ItemEvents {
  private readonly parts: { readonly kind: PartKind; text: string }[] = [];

  say(kind: PartKind, text: string): void {
    const last = this.parts.at(-1);
    const part = last?.kind === kind ? last : this.begin(kind);
    part.text += text;
    this.emitPart(`${kind}.delta`, { delta: text, ...(kind === 'output_text' && { logprobs: [] }) });
  }

  protected itemAs(status: ItemStatus): JsonObject {
    const content = this.parts.map((part) => partOf(part.kind, part.text));
    return messageItem(this.place.id, status, content);
  }

  protected finish(): void {
    const part = this.parts.at(-1);
    if (!part) return;
    const { kind, text } = part;
    this.emitPart(`${kind}.done`, kind === 'refusal' ? { refusal: text } : { text, logprobs: [] });
    this.emitPart('content_part.done', { part: partOf(kind, text) });
  }

  private begin(kind: PartKind): { readonly kind: PartKind; text: string } {
    this.finish();
    const part = { kind, text: '' };
    this.parts.push(part);
    this.emitPart('content_part.added', { part: partOf(kind, '') });
    return part;
  }

  private emitPart(type: string, fields: JsonObject): void {
    this.emit(type, { content_index: this.parts.length - 1, ...fields });
  }
}

/** A function that the model calls. */
export class CallEvents extends ItemEvents {
  private argumentsText = '';

  constructor(
    place: Place,
    private readonly call: { readonly id: string; readonly name: string },
  ) {
    super(place);
  }

  say(text: string): void {
    if (text === '') return;
    this.argumentsText += text;
    this.emit('function_call_arguments.delta', { delta: text });
  }

  protected itemAs(status: ItemStatus): JsonObject {
    return callItem(this.place.id, status, { ...this.call, arguments: this.argumentsText });
  }

  protected finish(): void {
    this.emit('function_call_arguments.done', { name: this.call.name, arguments: this.argumentsText });
  }
}
