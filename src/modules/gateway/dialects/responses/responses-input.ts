import { invalid } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { partsOf, plainContent } from './responses-content.js';
import { isAbsent, listAt, nameAt, objectAt, refuseOthers, textAt, wordAt } from './responses-fields.js';
import { unpacked } from './responses-thinking.js';

const ROLES = ['user', 'assistant', 'system', 'developer'] as const;

/** Which item it is and how far it got; neither is of use to a model. */
const OF_ITEM = ['type', 'id', 'status'];

/** The messages of `instructions` and `input`. @throws DomainError naming the place, such as input.2.type */
export function messagesOf({ input, instructions }: JsonObject): JsonObject[] {
  const messages = typeof input === 'string' ? [{ role: 'user', content: input }] : conversation(input);
  if (isAbsent(instructions)) return messages;
  // OpenAI advises against both roles in a call, so that of the input decides; system is what all vendors know.
  const role = messages.some((each) => each['role'] === 'developer') ? 'developer' : 'system';
  return [{ role, content: textAt(instructions, 'instructions') }, ...messages];
}

function conversation(input: JsonValue | undefined): JsonObject[] {
  const reader = new ItemReader();
  listAt(input, 'input').forEach((item, index) => reader.add(objectAt(item, `input.${index}`), `input.${index}`));
  const messages = reader.end();
  if (messages.length === 0) throw invalid('input', 'holds no message');
  return messages;
}

/** What the model said without interruption: its reasoning, texts and calls are several items, but one message. */
interface Turn {
  readonly parts: JsonObject[];
  readonly calls: JsonObject[];
  readonly thoughts: JsonObject[];
}

class ItemReader {
  private readonly messages: JsonObject[] = [];
  private turn: Turn = { parts: [], calls: [], thoughts: [] };

  add(item: JsonObject, path: string): void {
    const type = isAbsent(item['type']) && !isAbsent(item['role']) ? 'message' : nameAt(item['type'], `${path}.type`);
    if (type === 'message') return this.message(item, path);
    if (type === 'reasoning') return this.reasoning(item, path);
    if (type === 'function_call') return this.call(item, path);
    if (type === 'function_call_output') return this.output(item, path);
    const why = type === 'item_reference' ? REFERENCE : `'${type}' is not supported: there are no tools of OpenAI here`;
    throw invalid(`${path}.type`, why);
  }

  end(): JsonObject[] {
    this.close();
    return this.messages;
  }

  private message(item: JsonObject, path: string): void {
    refuseOthers(item, [...OF_ITEM, 'role', 'content'], path);
    const role = wordAt(item['role'], `${path}.role`, ROLES);
    if (role === 'assistant') return this.said(item, path);
    this.close();
    const parts = partsOf(item['content'], `${path}.content`, role === 'user' ? 'user' : 'instructions');
    if (parts.length === 0) throw invalid(`${path}.content`, 'must not be empty');
    this.messages.push({ role, content: plainContent(parts) });
  }

  /** After a call the text belongs to the same message, since the results must follow the calls directly. */
  private said(item: JsonObject, path: string): void {
    if (this.turn.parts.length > 0 && this.turn.calls.length === 0) this.close();
    this.turn.parts.push(...partsOf(item['content'], `${path}.content`, 'assistant'));
  }

  /** `parsed_arguments` is added by OpenAI's SDK and says the same as the arguments. */
  private call(item: JsonObject, path: string): void {
    refuseOthers(item, [...OF_ITEM, 'call_id', 'name', 'arguments', 'parsed_arguments'], path);
    this.turn.calls.push({
      id: nameAt(item['call_id'], `${path}.call_id`),
      type: 'function',
      function: {
        name: nameAt(item['name'], `${path}.name`),
        arguments: textAt(item['arguments'], `${path}.arguments`),
      },
    });
  }

  private output(item: JsonObject, path: string): void {
    refuseOthers(item, [...OF_ITEM, 'call_id', 'output'], path);
    this.close();
    const id = nameAt(item['call_id'], `${path}.call_id`);
    const content = plainContent(partsOf(item['output'], `${path}.output`, 'tool'));
    this.messages.push({ role: 'tool', tool_call_id: id, content: content ?? '' });
  }

  /** Its text is never sent back to a vendor, and what another gateway encrypted is left out. */
  private reasoning(item: JsonObject, path: string): void {
    refuseOthers(item, [...OF_ITEM, 'summary', 'content', 'encrypted_content'], path);
    this.turn.thoughts.push(...unpacked(item['encrypted_content']));
  }

  /** Thoughts alone are no message that a vendor takes. */
  private close(): void {
    const { parts, calls, thoughts } = this.turn;
    this.turn = { parts: [], calls: [], thoughts: [] };
    if (parts.length === 0 && calls.length === 0) return;
    this.messages.push({
      role: 'assistant',
      content: plainContent(parts),
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(thoughts.length > 0 && { thinking_blocks: thoughts }),
    });
  }
}

const REFERENCE =
  "'item_reference' is not supported: items are not stored here, so send the item itself (store: false in the AI SDK)";
