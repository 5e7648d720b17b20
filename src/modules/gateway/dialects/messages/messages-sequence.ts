import type { JsonObject } from '../../../../providers/index.js';
import { objectOf, stringOf } from '../../../../providers/json.js';
import { redactedBlock, textBlock, thinkingBlock } from './messages-blocks.js';
import { StreamedCall } from './messages-tool-call.js';

/** Pieces of later blocks that wait for the first to end. Past it the first ends, complete or not. */
const MAX_WAITING_CHARS = 1024 * 1024;

/** What a block weighs before it has pieces. */
const BLOCK_CHARS = 64;

type Kind = 'text' | 'thinking' | 'redacted' | 'tool';

class Block {
  isStarted = false;
  isClosed = false;
  /** Nothing more can belong to it. */
  isComplete = false;
  deltas: JsonObject[] = [];
  chars = BLOCK_CHARS;

  constructor(
    readonly kind: Kind,
    readonly content: JsonObject | StreamedCall,
  ) {}
}

/**
 * The content blocks of a streamed answer, one after the other: clients take every delta and every end for that of
 * the last block that was started. Pieces of other blocks therefore wait while a call of a tool is incomplete.
 */
export class BlockSequence {
  /** At least one call of a tool was given to the client. */
  usesTools = false;
  private readonly queue: Block[] = [];
  private readonly calls = new Map<number, Block>();
  private index = 0;
  private waitingChars = 0;

  constructor(private readonly messageId: string) {}

  text(text: string): void {
    if (text !== '') this.add(this.tail('text', textBlock('')), { type: 'text_delta', text }, text.length);
  }

  thinking(thinking: string): void {
    if (thinking !== '') this.add(this.thought(), { type: 'thinking_delta', thinking }, thinking.length);
  }

  /** Ends the thought. */
  signature(signature: string): void {
    if (signature === '') return;
    const block = this.thought();
    this.add(block, { type: 'signature_delta', signature }, signature.length);
    block.isComplete = true;
  }

  redacted(data: string): void {
    if (data !== '') this.open('redacted', redactedBlock(data));
  }

  /** A piece of a canonical tool call, by the index that the vendor gave it. */
  toolCall(index: number, piece: JsonObject): void {
    const called = objectOf(piece['function']);
    const name = stringOf(called['name']) ?? '';
    const id = stringOf(piece['id']) ?? '';
    const block = this.callAt(index, { id, name });
    if (block.isClosed || !(block.content instanceof StreamedCall)) return;
    const call = block.content;
    call.name ||= name;
    call.id ||= id;
    const given = stringOf(called['arguments']) ?? '';
    const json = call.add(given);
    this.weigh(block, given.length);
    if (json !== '') block.deltas.push({ type: 'input_json_delta', partial_json: json });
  }

  /** The events that can be sent now; with `isEnd` all that are left. */
  advance(isEnd = false): JsonObject[] {
    const events: JsonObject[] = [];
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      const ends = isEnd || this.isOver(head);
      if (ends && head.content instanceof StreamedCall) this.giveRest(head, head.content);
      this.give(head, events);
      if (!ends) return events;
      if (head.isStarted) events.push({ type: 'content_block_stop', index: this.index++ });
      head.isClosed = true;
      this.weigh(head, -head.chars);
      this.queue.shift();
    }
    return events;
  }

  private isOver(head: Block): boolean {
    if (this.queue.length === 1) return false;
    const call = head.content;
    return (
      head.isComplete || !(call instanceof StreamedCall) || call.isComplete || this.waitingChars > MAX_WAITING_CHARS
    );
  }

  private giveRest(head: Block, call: StreamedCall): void {
    const rest = call.rest();
    if (rest !== '') head.deltas.push({ type: 'input_json_delta', partial_json: rest });
  }

  private give(head: Block, events: JsonObject[]): void {
    const { content, deltas } = head;
    const block = content instanceof StreamedCall ? content.block(this.messageId, this.index) : content;
    if (block === null) return;
    if (!head.isStarted) events.push({ type: 'content_block_start', index: this.index, content_block: block });
    head.isStarted = true;
    this.usesTools ||= head.kind === 'tool';
    for (const delta of deltas) events.push({ type: 'content_block_delta', index: this.index, delta });
    head.deltas = [];
    this.weigh(head, -head.chars);
  }

  private thought(): Block {
    return this.tail('thinking', thinkingBlock('', ''));
  }

  /** The last block if pieces of this kind belong to it, else a new one. */
  private tail(kind: Kind, start: JsonObject): Block {
    const last = this.queue.at(-1);
    return last?.kind === kind && !last.isComplete ? last : this.open(kind, start);
  }

  /** Vendors that number no calls, or all alike, begin another with another id and a name. */
  private callAt(index: number, { id, name }: { id: string; name: string }): Block {
    const known = this.calls.get(index);
    const knownId = known?.content instanceof StreamedCall ? known.content.id : '';
    if (known && (id === '' || name === '' || knownId === '' || id === knownId)) return known;
    if (known) known.isComplete = true;
    const block = this.open('tool', new StreamedCall());
    this.calls.set(index, block);
    return block;
  }

  private open(kind: Kind, content: JsonObject | StreamedCall): Block {
    const block = new Block(kind, content);
    this.queue.push(block);
    this.waitingChars += block.chars;
    return block;
  }

  private add(block: Block, delta: JsonObject, chars: number): void {
    block.deltas.push(delta);
    this.weigh(block, chars);
  }

  private weigh(block: Block, chars: number): void {
    block.chars += chars;
    this.waitingChars += chars;
  }
}
