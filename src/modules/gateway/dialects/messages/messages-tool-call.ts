import type { JsonObject } from '../../../../providers/index.js';
import { ownToolId, toolBlock, toolInput } from './messages-blocks.js';

const QUOTE = '"';
const BACKSLASH = '\\';

/** A call of a tool while it is generated: name and id, and how far its arguments are. */
export class StreamedCall {
  name = '';
  id = '';
  private state: 'before' | 'inside' | 'complete' | 'foreign' = 'before';
  private depth = 0;
  private isQuoted = false;
  private isEscaped = false;
  private foreign = '';

  /** The arguments are a whole object; nothing that follows can belong to it. */
  get isComplete(): boolean {
    return this.state === 'complete';
  }

  /** What can be sent on at once: everything, unless the arguments do not begin as an object. */
  add(piece: string): string {
    for (const char of piece) this.read(char);
    if (this.state !== 'foreign') return piece;
    this.foreign += piece;
    return '';
  }

  /** What add() kept back, as the object that a whole answer would hold. */
  rest(): string {
    return this.foreign === '' ? '' : JSON.stringify(toolInput(this.foreign));
  }

  /** The block as it begins; null while the call has no name. */
  block(messageId: string, index: number): JsonObject | null {
    if (this.name === '') return null;
    return toolBlock({ id: this.id || ownToolId(messageId, index), name: this.name, input: {} });
  }

  private read(char: string): void {
    if (this.isQuoted) this.readQuoted(char);
    else if (this.state === 'before') this.begin(char);
    else if (this.state === 'inside') this.nest(char);
  }

  private begin(char: string): void {
    if (/\s/.test(char)) return;
    this.state = char === '{' ? 'inside' : 'foreign';
    this.depth = 1;
  }

  private nest(char: string): void {
    if (char === QUOTE) this.isQuoted = true;
    else if (char === '{' || char === '[') this.depth++;
    else if (char === '}' || char === ']') this.depth--;
    if (this.depth === 0) this.state = 'complete';
  }

  private readQuoted(char: string): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (char === BACKSLASH) this.isEscaped = true;
    else if (char === QUOTE) this.isQuoted = false;
  }
}
