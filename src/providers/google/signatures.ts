import { objectsOf, stringOf } from '../json.js';
import type { JsonValue } from '../spec/json.js';

/** The part of an answer that Google signed: its thoughts, its text, or its function call of that number, from 0. */
export type Place = 'thought' | 'text' | `call${number}`;

/** No base64 holds a colon, so that no other vendor's signature looks like this one. */
const MARKED = /^google:(thought|text|call\d{1,4}):(.*)$/s;

/**
 * A thought signature as clients keep it, in `thinking_blocks`: `google:<place>:<signature>`. A block is `thinking` (what
 * was thought, often nothing) with the signature of the part that came next; an empty one ends thoughts that have none.
 * So it comes back with any client that returns the blocks, and adapters of other vendors can tell it from their own.
 */
export const markedSignature = (place: Place, signature: string): string => `google:${place}:${signature}`;

export interface SignedBlock {
  /** As in Place. */
  readonly place: string;
  readonly signature: string;
  readonly thinking: string;
}

/** The blocks of a message that Google signed; those of another vendor, and without a signature, are left out. */
export function signedBlocks(blocks: JsonValue | undefined): readonly SignedBlock[] {
  return objectsOf(blocks).flatMap((block) => {
    const [, place = '', signature = ''] = MARKED.exec(stringOf(block['signature']) ?? '') ?? [];
    return signature === '' ? [] : [{ place, signature, thinking: stringOf(block['thinking']) ?? '' }];
  });
}

/** What Google documents for function calls of other models, or whose signature the client did not keep. */
export const NO_SIGNATURE = 'skip_thought_signature_validator';
