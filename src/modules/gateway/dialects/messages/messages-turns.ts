import type { JsonObject } from '../../../../providers/index.js';
import { cacheControl, contentPart, textPart } from './messages-content.js';
import { type Field, given } from './messages-field.js';

/** As in Anthropic's API. */
const MAX_MESSAGES = 100_000;

/** Canonical messages of the client's turns; a turn can become several. */
export function messagesOf(turns: Field): JsonObject[] {
  const items = turns.items();
  if (items.length === 0 || items.length > MAX_MESSAGES) throw turns.error(`must hold 1 to ${MAX_MESSAGES} messages`);
  return items.flatMap(turnOf);
}

function turnOf(turn: Field): JsonObject[] {
  const role = turn.object(['role', 'content']).at('role').oneOf(['user', 'assistant', 'system']);
  const content = turn.at('content');
  if (typeof content.value === 'string') return [{ role, content: content.value }];
  if (content.items().length === 0) throw content.error('must not be empty');
  if (role === 'user') return userMessages(content);
  return [role === 'assistant' ? assistantMessage(content) : { role, content: content.items().map(textPart) }];
}

/** The canonical message of `system`; none when it says nothing. */
export function systemMessages(system: Field): JsonObject[] {
  const content = typeof system.value === 'string' ? system.value : system.items().map(textPart);
  return content.length === 0 ? [] : [{ role: 'system', content }];
}

/** Results of tools come first, as Anthropic demands, since no message may stand between a call and its result. */
function userMessages(content: Field): JsonObject[] {
  const results: JsonObject[] = [];
  const parts: JsonObject[] = [];
  for (const block of content.items()) {
    const type = block.at('type');
    if (type.value !== 'tool_result') parts.push(contentPart(block));
    else if (parts.length > 0) throw type.error("'tool_result' must come before all other blocks of the message");
    else results.push(toolMessage(block));
  }
  return parts.length === 0 ? results : [...results, { role: 'user', content: parts }];
}

function toolMessage(block: Field): JsonObject {
  block.object(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']);
  const content = block.at('content');
  const parts = content.isGiven && typeof content.value !== 'string' ? content.items().map(contentPart) : null;
  const failed = block.at('is_error').maybe((each) => each.flag()) === true;
  return {
    role: 'tool',
    tool_call_id: block.at('tool_use_id').name(),
    content: cached(block, parts ?? content.maybe((each) => each.text()) ?? ''),
    ...(failed && { is_error: true }),
  };
}

/** The mark of a whole result is that of its last part: both say "up to here". */
function cached(block: Field, content: string | JsonObject[]): string | JsonObject[] {
  const marker = cacheControl(block);
  const field = block.at('cache_control');
  if (marker === undefined) return content.length === 0 ? '' : content;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const last = parts.at(-1);
  if (last === undefined || last['text'] === '') throw field.error('needs content to be cached');
  if (last['cache_control'] !== undefined) throw field.error('stands on the last block of the content already');
  return [...parts.slice(0, -1), { ...last, cache_control: marker }];
}

/** The canonical message has one place for each kind of block; within a kind the order is kept. */
function assistantMessage(content: Field): JsonObject {
  const thinking: JsonObject[] = [];
  const parts: JsonObject[] = [];
  const calls: JsonObject[] = [];
  for (const block of content.items()) {
    const type = block.at('type');
    switch (type.text()) {
      case 'text':
        parts.push(textPart(block));
        break;
      case 'tool_use':
        calls.push(toolCall(block));
        break;
      case 'thinking':
      case 'redacted_thinking':
        thinking.push(...thinkingBlocks(block));
        break;
      default:
        throw type.unsupported(' in a message of the assistant');
    }
  }
  const saysNothing = thinking.length + calls.length === 0 ? '' : null;
  return {
    role: 'assistant',
    content: parts.length > 0 ? parts : saysNothing,
    ...(thinking.length > 0 && { thinking_blocks: thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** A thought without a signature came from a vendor that does not take its thoughts back, so it is left out. */
function thinkingBlocks(block: Field): JsonObject[] {
  if (block.at('type').value === 'redacted_thinking')
    return [{ type: 'redacted_thinking', data: block.object(['type', 'data']).at('data').name() }];
  block.object(['type', 'thinking', 'signature']);
  const thinking = block.at('thinking').text();
  const signature = block.at('signature').maybe((each) => each.text()) ?? '';
  return signature === '' ? [] : [{ type: 'thinking', thinking, signature }];
}

function toolCall(block: Field): JsonObject {
  block.object(['type', 'id', 'name', 'input', 'caller', 'cache_control']);
  block.at('caller').maybe((caller) => caller.object(['type']).at('type').oneOf(['direct']));
  const called = { name: block.at('name').name(), arguments: JSON.stringify(block.at('input').data()) };
  return given({ id: block.at('id').name(), type: 'function', function: called, cache_control: cacheControl(block) });
}

/**
 * The messages with the mark on their last block, as `cache_control` of the whole request asks. A block with the same
 * mark stays as it is; empty texts cannot be cached.
 */
export function markLast(messages: readonly JsonObject[], request: Field): JsonObject[] {
  const marker = cacheControl(request);
  if (marker === undefined) return [...messages];
  const field = request.at('cache_control');
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]!;
    // Calls of tools stand behind what is said.
    const [place, parts] = message['tool_calls'] ? ['tool_calls', callsOf(message)] : ['content', partsOf(message)];
    const last = parts.findLastIndex((part) => part['text'] !== '');
    if (last < 0) continue;
    const marked = parts.with(last, markedPart(parts[last]!, marker, field));
    return messages.with(at, { ...message, [place]: marked });
  }
  throw field.error('finds nothing to be cached');
}

const callsOf = (message: JsonObject): readonly JsonObject[] => message['tool_calls'] as readonly JsonObject[];

function partsOf({ content }: JsonObject): readonly JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content ?? []) as readonly JsonObject[];
}

function markedPart(part: JsonObject, marker: JsonObject, field: Field): JsonObject {
  const own = part['cache_control'] as JsonObject | undefined;
  if (own !== undefined && (own['ttl'] ?? '5m') !== (marker['ttl'] ?? '5m'))
    throw field.error('differs from that of the last block');
  return own === undefined ? { ...part, cache_control: marker } : part;
}
