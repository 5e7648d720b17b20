import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../core/errors.js';
import { inOwnWords } from './field-names.js';
import { FIELD_NAMES as MESSAGES } from './messages/messages-request.js';
import { FIELD_NAMES as RESPONSES } from './responses/responses-request.js';

const refusal = (field: string): DomainError =>
  new DomainError('invalid_request', `'${field}' is not supported by this model.`, { field });

describe('inOwnWords', () => {
  it.each([
    ['max_completion_tokens', 'max_tokens', 'max_output_tokens'],
    ['response_format', 'output_config.format', 'text.format'],
    ['response_format.json_schema.schema', 'output_config.format.schema', 'text.format.schema'],
    ['reasoning_effort', 'output_config.effort', 'reasoning.effort'],
    ['stop', 'stop_sequences', 'stop'],
    ['user', 'metadata.user_id', 'user'],
    ['parallel_tool_calls', 'tool_choice.disable_parallel_tool_use', 'parallel_tool_calls'],
    ['tools[3].function.strict', 'tools.3.strict', 'tools.3.strict'],
    ['tools[3].function.parameters', 'tools.3.input_schema', 'tools.3.parameters'],
    ['messages', 'messages', 'input'],
    ['messages[3].role', 'messages.role', 'input.role'],
    ['messages[3].content', 'messages.content', 'input.content'],
    ['messages[3].content[1].image_url.url', 'messages.content.source', 'input.content.image_url'],
    ['messages[3].content[1].image_url.detail', 'messages.content.source.detail', 'input.content.detail'],
    ['messages.content.image_url', 'messages.content.source', 'input.content.image_url'],
    ['messages[3].content[1].file.file_url', 'messages.content.source.url', 'input.content.file_url'],
    ['messages.content.file.file_data', 'messages.content.source', 'input.content.file_data'],
    ['messages.content.file', 'messages.content.source', 'input.content.file_data'],
    ['messages[3].content[1].file.filename', 'messages.content.title', 'input.content.filename'],
    ['messages[3].tool_call_id', 'messages.content.tool_use_id', 'input.call_id'],
    ['messages[3].tool_calls[0].function.arguments', 'messages.content.input', 'input.arguments'],
    ['messages.tool_calls.function.name', 'messages.content.name', 'input.name'],
    ['messages.0.content.1.type', 'messages.0.content.1.type', 'input.0.content.1.type'],
    ['anthropic_beta', 'anthropic-beta', 'anthropic_beta'],
    ['top_k', 'top_k', 'top_k'],
    ['stopper', 'stopper', 'stopper'],
  ])('%s', (canonical, inMessages, inResponses) => {
    const names = [MESSAGES, RESPONSES].map((each) => inOwnWords(each, refusal(canonical)) as DomainError);
    expect(names.map(({ details }) => details.field)).toEqual([inMessages, inResponses]);
    expect(names[0]!.message).toBe(`'${inMessages}' is not supported by this model.`);
  });

  it('leaves what names no field of a request as it is', () => {
    const away = new DomainError('provider_error', 'stop', { field: 'stop' });
    for (const error of [away, new TypeError('stop'), new DomainError('invalid_request', 'No.')])
      expect(inOwnWords(MESSAGES, error)).toBe(error);
  });
});
