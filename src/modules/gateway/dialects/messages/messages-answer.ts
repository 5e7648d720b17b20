import type { JsonObject } from '../../../../providers/index.js';
import { isObject, objectOf, objectsOf, stringOf } from '../../../../providers/json.js';
import {
  contentText,
  isReadable,
  ownToolId,
  reasoningText,
  redactedBlock,
  stopFields,
  textBlock,
  thinkingBlock,
  toolBlock,
  toolInput,
} from './messages-blocks.js';
import { messageUsage, tokensOf, unknownUsage } from './messages-usage.js';

/** What the gateway says of an answer, whatever the vendor said. */
export interface MessageNames {
  /** Begins with `msg_`. */
  readonly id: string;
  /** The alias that the client called. */
  readonly model: string;
}

/** A canonical chat.completion as a message of the Anthropic API. Of several choices the first is given. */
export function toMessage(completion: JsonObject, names: MessageNames): JsonObject {
  const choice = objectsOf(completion['choices'])[0] ?? {};
  const message = objectOf(choice['message']);
  const calls = toolBlocks(message, names.id);
  const refusal = stringOf(message['refusal']) ?? '';
  const text = contentText(message['content']) + refusal;
  const tokens = tokensOf(completion['usage']);
  return {
    ...emptyMessage(names),
    content: [...thinkingBlocks(message), ...(text === '' ? [] : [textBlock(text)]), ...calls],
    ...stopFields({
      finishReason: stringOf(choice['finish_reason']),
      stopSequence: stringOf(choice['stop_sequence']),
      usesTools: calls.length > 0,
      isRefusal: refusal !== '',
    }),
    usage: tokens ? messageUsage(tokens) : unknownUsage(0),
  };
}

/** A message that has not begun, without its usage. */
export const emptyMessage = ({ id, model }: MessageNames): JsonObject => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  stop_details: null,
  container: null,
  diagnostics: null,
});

function thinkingBlocks(message: JsonObject): JsonObject[] {
  const given = objectsOf(message['thinking_blocks']);
  const reasoning = isReadable(given) ? '' : reasoningText(message);
  return [...(reasoning === '' ? [] : [thinkingBlock(reasoning, '')]), ...given.flatMap(blockOfThought)];
}

function blockOfThought(block: JsonObject): JsonObject[] {
  const data = stringOf(block['data']) ?? '';
  if (block['type'] === 'redacted_thinking') return data === '' ? [] : [redactedBlock(data)];
  const thinking = stringOf(block['thinking']) ?? '';
  const signature = stringOf(block['signature']) ?? '';
  return thinking + signature === '' ? [] : [thinkingBlock(thinking, signature)];
}

/** Calls without a name cannot be answered, so they are left out. */
function toolBlocks(message: JsonObject, messageId: string): JsonObject[] {
  return objectsOf(message['tool_calls']).flatMap((call, index) => {
    const called = objectOf(call['function']);
    const name = stringOf(called['name']);
    if (!name) return [];
    const argumentsGiven = called['arguments'];
    const input = isObject(argumentsGiven) ? argumentsGiven : toolInput(stringOf(argumentsGiven) ?? '');
    return [toolBlock({ id: stringOf(call['id']) || ownToolId(messageId, index), name, input })];
  });
}
