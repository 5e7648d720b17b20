import type { DomainError } from '../../../../core/errors.js';
import type { JsonObject } from '../../../../providers/index.js';
import { objectOf, objectsOf, stringOf } from '../../../../providers/json.js';
import { type ChargedTokens, failureBody, type StreamEncoder } from '../dialect.js';
import { emptyMessage, type MessageNames } from './messages-answer.js';
import { contentText, isReadable, reasoningText, stopFields } from './messages-blocks.js';
import { BlockSequence } from './messages-sequence.js';
import { deltaUsage, expected, messageUsage, type Tokens, tokensOf, unknownUsage } from './messages-usage.js';

/** Whose answer it is, and what the gateway expects the prompt to count. */
export interface MessagesStreamFacts extends MessageNames {
  readonly inputEstimate: number;
}

/**
 * Canonical chunks of one answer as the events of Anthropic's stream; of several choices the first is given. What was
 * used stands in message_delta, which waits for end(), for vendors count after they finish. After end() or error() it
 * gives nothing more.
 */
export class MessagesStream implements StreamEncoder {
  private readonly blocks: BlockSequence;
  private isStarted = false;
  private isClosed = false;
  private isRefusal = false;
  private finishReason: string | null = null;
  private stopSequence: string | null = null;
  private tokens: Tokens | null = null;

  constructor(private readonly facts: MessagesStreamFacts) {
    this.blocks = new BlockSequence(facts.id);
  }

  chunk(chunk: JsonObject): string {
    if (this.isClosed) return '';
    this.tokens = tokensOf(chunk['usage']) ?? this.tokens;
    const start = this.start();
    for (const choice of objectsOf(chunk['choices'])) if ((choice['index'] ?? 0) === 0) this.take(choice);
    return written([...start, ...this.blocks.advance()]);
  }

  end(charged?: ChargedTokens): string {
    if (this.isClosed) return '';
    this.isClosed = true;
    return written([...this.start(), ...this.blocks.advance(true), this.delta(charged), { type: 'message_stop' }]);
  }

  /** Blocks that are open stay so, for they are not complete. */
  error(error: DomainError, requestId: string): string {
    if (this.isClosed) return '';
    this.isClosed = true;
    return written([failureBody.anthropic(error, requestId)]);
  }

  /** The first event, once. Its usage is an estimate unless the vendor counts from the beginning. */
  private start(): JsonObject[] {
    if (this.isStarted) return [];
    this.isStarted = true;
    const usage = this.tokens ? messageUsage(this.tokens) : unknownUsage(this.facts.inputEstimate);
    return [{ type: 'message_start', message: { ...emptyMessage(this.facts), usage } }];
  }

  private take(choice: JsonObject): void {
    const delta = objectOf(choice['delta']);
    this.think(delta);
    this.blocks.text(contentText(delta['content']));
    const refusal = stringOf(delta['refusal']) ?? '';
    this.isRefusal ||= refusal !== '';
    this.blocks.text(refusal);
    for (const [position, call] of objectsOf(delta['tool_calls']).entries())
      this.blocks.toolCall(typeof call['index'] === 'number' ? call['index'] : position, call);
    this.finishReason = stringOf(choice['finish_reason']) ?? this.finishReason;
    this.stopSequence = stringOf(choice['stop_sequence']) ?? this.stopSequence;
  }

  private think(delta: JsonObject): void {
    const blocks = objectsOf(delta['thinking_blocks']);
    if (!isReadable(blocks)) this.blocks.thinking(reasoningText(delta));
    for (const block of blocks) {
      if (block['type'] === 'redacted_thinking') this.blocks.redacted(stringOf(block['data']) ?? '');
      else this.blocks.thinking(stringOf(block['thinking']) ?? '');
      if (block['type'] === 'thinking') this.blocks.signature(stringOf(block['signature']) ?? '');
    }
  }

  private delta(charged: ChargedTokens | undefined): JsonObject {
    const { finishReason, stopSequence, isRefusal } = this;
    const stop = stopFields({ finishReason, stopSequence, isRefusal, usesTools: this.blocks.usesTools });
    const { tokensIn, tokensOut } = charged ?? { tokensIn: this.facts.inputEstimate, tokensOut: 0 };
    const usage = deltaUsage(this.tokens ?? expected(tokensIn, tokensOut));
    return { type: 'message_delta', delta: { ...stop, container: null }, usage };
  }
}

/** The name of an event is its type. */
const written = (events: readonly Readonly<Record<string, unknown>>[]): string =>
  events.map((event) => `event: ${event['type'] as string}\ndata: ${JSON.stringify(event)}\n\n`).join('');
