import type { JsonObject } from '../../../../providers/index.js';
import { arrayOf } from './responses-fields.js';
import { packed } from './responses-thinking.js';

/** What the gateway knows of a response before a vendor has said anything. */
export interface ResponseFacts {
  /** resp_ and something unique; the ids of its items are made from it. */
  readonly id: string;
  /** Alias that the client called. */
  readonly model: string;
  /** The client's own body, which the response repeats. */
  readonly request: JsonObject;
  readonly createdAtUnixSeconds: number;
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

const PREFIX = Object.freeze({ reasoning: 'rs', message: 'msg', function_call: 'fc', call: 'call' });

/** Id of the nth item of its kind; `call` stands for the id that a vendor failed to give a call. */
export const itemId = (facts: ResponseFacts, kind: keyof typeof PREFIX, nth: number): string =>
  `${PREFIX[kind]}_${facts.id.replace(/^resp_/, '')}_${nth}`;

/** Whether the client asked to carry the thoughts of the model for us. */
const carriesThoughts = ({ request }: ResponseFacts): boolean =>
  arrayOf(request['include'])?.includes('reasoning.encrypted_content') ?? false;

/** `encrypted_content` is there only for clients that asked for it. */
export function reasoningItem(
  facts: ResponseFacts,
  id: string,
  said: { text: string; blocks: readonly JsonObject[] },
): JsonObject {
  return {
    id,
    type: 'reasoning',
    summary: said.text === '' ? [] : [summaryPart(said.text)],
    ...(carriesThoughts(facts) && { encrypted_content: packed(said.blocks) }),
  };
}

export const messageItem = (id: string, status: ItemStatus, content: readonly JsonObject[]): JsonObject => ({
  id,
  type: 'message',
  status,
  role: 'assistant',
  content,
});

export const callItem = (
  id: string,
  status: ItemStatus,
  call: { id: string; name: string; arguments: string },
): JsonObject => ({
  id,
  type: 'function_call',
  status,
  call_id: call.id,
  name: call.name,
  arguments: call.arguments,
});

export const summaryPart = (text: string): JsonObject => ({ type: 'summary_text', text });

export const textPart = (text: string): JsonObject => ({ type: 'output_text', text, annotations: [], logprobs: [] });

export const refusalPart = (refusal: string): JsonObject => ({ type: 'refusal', refusal });
