import { createHash } from 'node:crypto';
import { arrayOf, isObject, objectOf, objectsOf, stringOf, writeJson } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { markedSignature, type Place } from './signatures.js';

/** What one piece of a candidate adds, in canonical form. */
export interface Piece {
  readonly content: string;
  readonly reasoning: string;
  /** Pieces of thinking_blocks: {type, thinking}, then {type, signature}. */
  readonly blocks: readonly JsonObject[];
  readonly calls: readonly JsonObject[];
  readonly images: readonly JsonObject[];
  readonly logprobs: JsonObject | null;
  readonly finishReason: string | null;
}

interface Draft {
  content: string;
  reasoning: string;
  readonly blocks: JsonObject[];
  readonly calls: JsonObject[];
  readonly images: JsonObject[];
}

/** Reads the pieces of one candidate; a whole answer is one piece. */
export class Candidate {
  private calls = 0;
  /** Thoughts were given that no signature has ended yet. */
  private isThinking = false;

  /** @param seed what the ids of tool calls are made from, when Google gives none: one per answer */
  constructor(
    readonly index: number,
    private readonly seed: string,
  ) {}

  /** Null when it is not the candidate that was asked for. */
  take(candidate: JsonObject): Piece | null {
    const parts = partsIn(candidate['content']);
    const draft: Draft = { content: '', reasoning: '', blocks: [], calls: [], images: [] };
    if (parts === null || !parts.every((part) => this.takePart(part, draft))) return null;
    const reason = stringOf(candidate['finishReason']);
    const isFinished = reason !== null && reason !== 'FINISH_REASON_UNSPECIFIED';
    if (isFinished) this.endThoughts(draft, null);
    return {
      ...draft,
      logprobs: logprobsOf(candidate['logprobsResult']),
      finishReason: isFinished ? finishReasonOf(reason, this.calls > 0) : null,
    };
  }

  private takePart(part: JsonObject, draft: Draft): boolean {
    const { text = null, functionCall = null, inlineData = null } = part;
    const signature = stringOf(part['thoughtSignature']) ?? '';
    if (text !== null && typeof text !== 'string') return false;
    if (part['thought'] === true) return this.takeThought(text ?? '', signature, draft);
    const place: Place = functionCall === null ? 'text' : `call${this.calls}`;
    if (signature !== '') this.endThoughts(draft, markedSignature(place, signature));
    else if (text !== '') this.endThoughts(draft, null);
    draft.content += text ?? '';
    if (functionCall !== null) return this.takeCall(functionCall, draft);
    return inlineData === null || takeImage(objectOf(inlineData), draft);
  }

  private takeThought(text: string, signature: string, draft: Draft): boolean {
    draft.reasoning += text;
    if (text !== '') draft.blocks.push({ type: 'thinking', thinking: text });
    this.isThinking ||= text !== '';
    if (signature !== '') this.endThoughts(draft, markedSignature('thought', signature));
    return true;
  }

  /** Ends the block of thoughts that is open, or, for a signature, begins one to carry it. */
  private endThoughts(draft: Draft, signature: string | null): void {
    if (!this.isThinking && signature === null) return;
    if (!this.isThinking) draft.blocks.push({ type: 'thinking', thinking: '' });
    draft.blocks.push({ type: 'thinking', signature: signature ?? markedSignature('thought', '') });
    this.isThinking = false;
  }

  private takeCall(call: JsonValue, draft: Draft): boolean {
    const name = isObject(call) ? stringOf(call['name']) : null;
    const args = isObject(call) ? argumentsOf(call['args'] ?? {}) : null;
    if (!isObject(call) || name === null || name === '' || args === null) return false;
    const index = this.calls++;
    const id = stringOf(call['id']) || this.idOf(index);
    draft.calls.push({ index, id, type: 'function', function: { name, arguments: args } });
    return true;
  }

  private idOf(call: number): string {
    const hash = createHash('sha256').update(`${this.seed}/${this.index}/${call}`).digest('hex');
    return `call_${hash.slice(0, 24)}`;
  }
}

function partsIn(content: JsonValue | undefined): readonly JsonObject[] | null {
  if (content === undefined || content === null) return [];
  const parts = isObject(content) ? (content['parts'] ?? []) : null;
  return Array.isArray(parts) && arrayOf(parts).every(isObject) ? objectsOf(parts) : null;
}

/** Only images have a place in a canonical answer. */
function takeImage(data: JsonObject, draft: Draft): boolean {
  const { mimeType, data: base64 } = data;
  if (typeof mimeType !== 'string' || !/^image\/[\w.+-]+$/.test(mimeType) || typeof base64 !== 'string') return false;
  draft.images.push({ type: 'image_url', image_url: { url: `data:${mimeType};base64,${base64}` } });
  return true;
}

/** Arguments as JSON text; null when they are no object, or nested deeper than JSON can be written. */
const argumentsOf = (args: JsonValue): string | null => (isObject(args) ? writeJson(args) : null);

const FILTERS =
  /^(SAFETY|RECITATION|LANGUAGE|BLOCKLIST|PROHIBITED_CONTENT|SPII|MODEL_ARMOR|IMAGE_(SAFETY|PROHIBITED_CONTENT|RECITATION))$/;

/** CONTINUATION is Gemini 4's bound of one request. A call that failed, and whatever is new, has stopped, and is billed. */
function finishReasonOf(reason: string, hasCalls: boolean): string {
  if (reason === 'MAX_TOKENS' || reason === 'CONTINUATION') return 'length';
  if (FILTERS.test(reason)) return 'content_filter';
  return hasCalls ? 'tool_calls' : 'stop';
}

function logprobsOf(result: JsonValue | undefined): JsonObject | null {
  if (!isObject(result)) return null;
  const top = arrayOf(result['topCandidates']);
  const content = objectsOf(result['chosenCandidates']).map((chosen, at) => ({
    ...tokenOf(chosen),
    top_logprobs: objectsOf(objectOf(top[at])['candidates']).map(tokenOf),
  }));
  return { content, refusal: null };
}

/** A probability of one has the logarithm zero, which is left out on the wire. */
const tokenOf = (candidate: JsonObject): JsonObject => ({
  token: stringOf(candidate['token']) ?? '',
  logprob: typeof candidate['logProbability'] === 'number' ? candidate['logProbability'] : 0,
  bytes: null,
});
