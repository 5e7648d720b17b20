import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { objectOf, objectsOf, stringOf } from '../../../../providers/json.js';
import { ThinkingBlocks } from '../../dialects/responses/responses-thinking.js';
import type { StreamSink } from '../../pipeline/call.js';

const TEXTS: ReadonlySet<string> = new Set(['content', 'refusal', 'reasoning_content', 'reasoning']);

interface TapedCall {
  readonly fields: Record<string, JsonValue>;
  name: string;
  arguments: string;
}

interface TapedChoice {
  readonly texts: Record<string, string>;
  readonly calls: Map<number, TapedCall>;
  readonly thoughts: ThinkingBlocks;
  ending: JsonObject;
}

/** Lets a stream through to its client, and puts the chunks together to the completion that they are pieces of. */
export class AnswerTape implements StreamSink {
  private readonly choices = new Map<number, TapedChoice>();
  private envelope: JsonObject | null = null;
  private usage: JsonObject | null = null;
  private chars = 0;
  private isFull = false;
  private isClear = true;

  /** @param maxChars of generated text; what comes after is let through, and not taken down */
  constructor(
    private readonly sink: StreamSink,
    private readonly maxChars: number,
  ) {}

  async chunks(chunks: readonly JsonObject[]): Promise<void> {
    for (const chunk of chunks) if (!this.isFull) this.take(chunk);
    await this.sink.chunks(chunks);
  }

  /** Whether more was said than is taken down. */
  get isCut(): boolean {
    return this.isFull;
  }

  /** Whether the completion says all that the stream said: nothing was too long, or of a form not known here. */
  get isFaithful(): boolean {
    return this.isClear && !this.isFull;
  }

  /** A canonical chat.completion of what has come so far; null before the first chunk. */
  get completion(): JsonObject | null {
    if (!this.envelope) return null;
    const choices = [...this.choices].sort(([a], [b]) => a - b).map(([index, choice]) => choiceOf(index, choice));
    return { ...this.envelope, object: 'chat.completion', choices, ...(this.usage && { usage: this.usage }) };
  }

  private take(chunk: JsonObject): void {
    const { choices, usage, object: _object, ...envelope } = chunk;
    this.envelope ??= envelope;
    if (typeof usage === 'object' && usage !== null) this.usage = objectOf(usage);
    for (const choice of objectsOf(choices)) {
      const taped = this.at(typeof choice['index'] === 'number' ? choice['index'] : 0);
      this.takeDelta(taped, objectOf(choice['delta']));
      const { finish_reason: reason, stop_sequence: stop, logprobs } = choice;
      if (logprobs !== undefined && logprobs !== null) this.isClear = false;
      if (typeof reason === 'string') taped.ending = { ...taped.ending, finish_reason: reason };
      if (typeof stop === 'string') taped.ending = { ...taped.ending, stop_sequence: stop };
    }
  }

  private at(index: number): TapedChoice {
    let choice = this.choices.get(index);
    if (!choice) {
      choice = { texts: {}, calls: new Map(), thoughts: new ThinkingBlocks(), ending: { finish_reason: null } };
      this.choices.set(index, choice);
    }
    return choice;
  }

  private takeDelta(choice: TapedChoice, delta: JsonObject): void {
    for (const [name, value] of Object.entries(delta)) {
      if (value === undefined || value === null || name === 'role') continue;
      if (TEXTS.has(name) && typeof value === 'string')
        choice.texts[name] = (choice.texts[name] ?? '') + this.counted(value);
      else if (name === 'tool_calls')
        for (const [position, call] of objectsOf(value).entries()) this.takeCall(choice, position, call);
      else if (name === 'thinking_blocks') this.takeThoughts(choice, value);
      else this.isClear = false;
    }
  }

  private takeThoughts(choice: TapedChoice, pieces: JsonValue): void {
    for (const { thinking, data } of objectsOf(pieces))
      this.counted((stringOf(thinking) ?? '') + (stringOf(data) ?? ''));
    choice.thoughts.add(pieces);
  }

  private takeCall(choice: TapedChoice, position: number, piece: JsonObject): void {
    const { index, function: called, ...fields } = piece;
    const at = typeof index === 'number' ? index : position;
    const call = choice.calls.get(at) ?? { fields: {}, name: '', arguments: '' };
    choice.calls.set(at, call);
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined || value === null || value === '' || call.fields[name] === value) continue;
      // Calls that are not numbered apart cannot be put together here.
      if (name in call.fields) this.isClear = false;
      else call.fields[name] = value;
    }
    const { name, arguments: pieces } = objectOf(called);
    call.name ||= stringOf(name) ?? '';
    call.arguments += this.counted(stringOf(pieces) ?? '');
    if (pieces !== undefined && pieces !== null && typeof pieces !== 'string') this.isClear = false;
  }

  private counted(text: string): string {
    this.chars += text.length;
    this.isFull ||= this.chars > this.maxChars;
    return text;
  }
}

function choiceOf(index: number, { texts, calls, thoughts, ending }: TapedChoice): JsonObject {
  const { content, ...others } = texts;
  const toolCalls = [...calls].sort(([a], [b]) => a - b).map(([, call]) => callOf(call));
  const said = Object.entries(others).filter(([, text]) => text !== '');
  const message = {
    role: 'assistant',
    content: content || (toolCalls.length > 0 ? null : (content ?? null)),
    ...Object.fromEntries(said),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    ...(thoughts.whole.length > 0 && { thinking_blocks: thoughts.whole }),
  };
  return { index, message, logprobs: null, ...ending };
}

const callOf = ({ fields, name, arguments: pieces }: TapedCall): JsonObject => ({
  ...fields,
  type: fields['type'] ?? 'function',
  function: { name, arguments: pieces },
});
