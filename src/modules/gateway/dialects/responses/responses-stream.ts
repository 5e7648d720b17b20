import { type DomainError, ERRORS } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import type { ChargedTokens, StreamEncoder } from '../dialect.js';
import { lastStatus, type Outcome, outcomeOf, responseObject } from './responses-answer.js';
import { arrayOf, type Field, isObject } from './responses-fields.js';
import { CallEvents, type ItemEvents, MessageEvents, type Place, ReasoningEvents } from './events/item-events.js';
import { itemId, type ResponseFacts } from './responses-items.js';
import { saidIn } from './responses-said.js';
import { StreamCalls } from './events/stream-calls.js';
import { ThinkingBlocks } from './responses-thinking.js';
import { chargedUsage, usageOf } from './responses-usage.js';

type Kind = 'reasoning' | 'message' | 'function_call';

/**
 * Canonical chunks as the events of a Response. Reasoning and text end where something else begins, calls with the
 * stream, since their pieces may come interleaved. Never throws; one per stream.
 */
export class ResponsesStream implements StreamEncoder {
  private readonly items: ItemEvents[] = [];
  private readonly counts: Record<Kind, number> = { reasoning: 0, message: 0, function_call: 0 };
  private readonly calls: StreamCalls;
  /** What is being thought or said. */
  private open: ReasoningEvents | MessageEvents | null = null;
  private phase: 'before' | 'within' | 'after' = 'before';
  private written = '';
  private sequence = 0;
  private finishReason: Field = null;
  private usage: JsonObject | null = null;
  private serviceTier: Field = null;

  constructor(private readonly facts: ResponseFacts) {
    this.calls = new StreamCalls((call) => this.beginCall(call));
  }

  chunk(chunk: JsonObject): string {
    if (this.phase === 'after') return '';
    this.begin();
    this.serviceTier = chunk['service_tier'] ?? this.serviceTier;
    this.usage = usageOf(chunk['usage']) ?? this.usage;
    for (const choice of arrayOf(chunk['choices']) ?? [])
      if (isObject(choice) && (choice['index'] ?? 0) === 0) this.take(choice);
    return this.flush();
  }

  /** A response that failed, and an error event: as OpenAI sends it, and with the fields of its documentation. */
  error(error: DomainError, requestId: string): string {
    if (this.phase === 'after') return '';
    this.begin();
    this.phase = 'after';
    const { code, message } = error;
    this.emitResponse('response.failed', { status: 'failed', error: { code, message } });
    const said = { code, message, param: error.details.field ?? null };
    this.emit('error', { ...said, error: { ...said, type: ERRORS[code].openai }, request_id: requestId });
    return this.flush();
  }

  end(charged?: ChargedTokens): string {
    if (this.phase === 'after') return '';
    this.begin();
    this.phase = 'after';
    this.calls.end();
    if (charged) this.usage ??= chargedUsage(charged);
    const outcome = outcomeOf(this.finishReason);
    const last = this.items.at(-1);
    for (const item of this.items) item.close(item === last ? lastStatus(outcome) : 'completed');
    this.emitResponse(`response.${outcome.status}`, outcome);
    return this.flush();
  }

  private begin(): void {
    if (this.phase !== 'before') return;
    this.phase = 'within';
    this.emitResponse('response.created', { status: 'in_progress' });
    this.emitResponse('response.in_progress', { status: 'in_progress' });
  }

  private take(choice: JsonObject): void {
    const said = saidIn(choice['delta']);
    const thoughts = new ThinkingBlocks();
    thoughts.add(said.thinkingBlocks);
    if (said.reasoning !== '' || !thoughts.isEmpty) this.reasoning().think(said.reasoning, thoughts);
    if (said.text !== '') this.message().say('output_text', said.text);
    if (said.refusal !== '') this.message().say('refusal', said.refusal);
    for (const call of said.calls) this.calls.take(call);
    this.finishReason = choice['finish_reason'] ?? this.finishReason;
  }

  private reasoning(): ReasoningEvents {
    if (this.open instanceof ReasoningEvents) return this.open;
    return (this.open = this.added(new ReasoningEvents(this.place('reasoning'))));
  }

  private message(): MessageEvents {
    if (this.open instanceof MessageEvents) return this.open;
    return (this.open = this.added(new MessageEvents(this.place('message'))));
  }

  private beginCall({ id, name }: { id: string; name: string }): CallEvents {
    const callId = id || itemId(this.facts, 'call', this.counts.function_call);
    const events = this.added(new CallEvents(this.place('function_call'), { id: callId, name }));
    this.open = null;
    return events;
  }

  private place(kind: Kind): Place {
    const id = itemId(this.facts, kind, this.counts[kind]++);
    const emit = (type: string, fields: JsonObject): void => this.emit(type, fields);
    return { facts: this.facts, id, outputIndex: this.items.length, emit };
  }

  private added<Item extends ItemEvents>(item: Item): Item {
    this.open?.close('completed');
    this.items.push(item);
    item.open();
    return item;
  }

  private emitResponse(type: string, outcome: Outcome): void {
    const answer = { output: this.items.map((item) => item.cut), usage: this.usage, serviceTier: this.serviceTier };
    this.emit(type, { response: responseObject(this.facts, outcome, answer) });
  }

  private emit(type: string, fields: JsonObject): void {
    const event: Record<string, JsonValue | undefined> = { ...fields, type, sequence_number: this.sequence++ };
    this.written += `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  private flush(): string {
    const { written } = this;
    this.written = '';
    return written;
  }
}
