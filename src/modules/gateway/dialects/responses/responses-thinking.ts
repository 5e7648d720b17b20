import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { arrayOf, type Field, isObject } from './responses-fields.js';

/** Thoughts with their signatures, collected from the pieces of a stream or from a whole message. */
export class ThinkingBlocks {
  private readonly blocks: Record<string, JsonValue>[] = [];

  /** Pieces of a block come as {type, thinking} and then {type, signature}; a whole block may come as one. */
  add(pieces: Field): void {
    for (const piece of arrayOf(pieces) ?? []) if (isObject(piece)) this.addPiece(piece);
  }

  /** Adds the pieces that another collection holds. */
  join(pieces: ThinkingBlocks): void {
    this.add(pieces.blocks);
  }

  get isEmpty(): boolean {
    return this.blocks.length === 0;
  }

  /** Those that can be sent back to the vendor: a thought that was cut before its signature cannot. */
  get whole(): readonly JsonObject[] {
    return this.blocks.filter(isBlock);
  }

  private addPiece({ type, thinking, signature, data }: JsonObject): void {
    if (type === 'redacted_thinking' && typeof data === 'string') this.blocks.push({ type, data });
    if (type !== 'thinking') return;
    const block = this.openBlock();
    if (typeof thinking === 'string') block['thinking'] = `${block['thinking'] as string}${thinking}`;
    if (typeof signature === 'string') block['signature'] = signature;
  }

  private openBlock(): Record<string, JsonValue> {
    const last = this.blocks.at(-1);
    if (last?.['type'] === 'thinking' && !('signature' in last)) return last;
    const block = { type: 'thinking', thinking: '' };
    this.blocks.push(block);
    return block;
  }
}

/** What a client is given to carry, as `encrypted_content`; null when there is nothing to carry. */
export const packed = (blocks: readonly JsonObject[]): string | null =>
  blocks.length === 0 ? null : Buffer.from(JSON.stringify(blocks)).toString('base64');

/** The blocks of an `encrypted_content` that came from here; none for another's, which nobody here can read. */
export function unpacked(content: Field): readonly JsonObject[] {
  if (typeof content !== 'string') return [];
  const value = parsed(Buffer.from(content, 'base64').toString());
  const blocks = arrayOf(value) ?? [];
  return blocks.every(isBlock) ? blocks : [];
}

function parsed(text: string): Field {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function isBlock(value: JsonValue): value is JsonObject {
  if (!isObject(value)) return false;
  const { type, thinking, signature, data } = value;
  if (type === 'redacted_thinking') return typeof data === 'string';
  return type === 'thinking' && typeof thinking === 'string' && typeof signature === 'string';
}
