import type { Nested, NestedSample } from './sdk-places.js';

const of = (value: unknown, more: Omit<NestedSample, 'value'> = {}): NestedSample => ({ value, ...more });
/** What says nothing to any model: read, checked and left out, for the reason given. */
const everywhere = (why: string): Pick<NestedSample, 'met'> => ({
  met: { openai: why, mistral: why, anthropic: why, google: why, bedrock: why },
});

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';
const PDF = 'data:application/pdf;base64,JVBERi0xLjQK';
const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const OTHER_SCHEMA = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] };
const WEATHER = { type: 'function', name: 'weather', parameters: SCHEMA };
const SECOND = { type: 'function', name: 'second', parameters: SCHEMA };
const ASKED = { role: 'user', content: 'How is the weather?' };
const CALL = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Kyiv"}' };
const OF_ITEM = everywhere('is no part of a conversation: items are not stored here');
const SAID = everywhere('tells of how a text came to be, and no vendor takes it back');
const NO_NAME = { met: { anthropic: 'has no place for it', google: 'has no place for it', bedrock: 'has none' } };
const BINDS = 'holds every answer to its schema';
const NO_FILE_NAME = { met: { google: 'reads a file by its type, and has no place for a name' } };
const SHOWN = everywhere('the thoughts that a vendor gives are the summary, in its own length');
const BLOCKS = [{ type: 'thinking', thinking: 'hm', signature: 'c2lnbmVk' }];

/** Tools that OpenAI runs, and the items of their calls. */
const FOREIGN = [
  ...['apply_patch_call', 'apply_patch_call_output', 'code_interpreter_call', 'compaction', 'computer_call'],
  ...['computer_call_output', 'custom_tool_call', 'custom_tool_call_output', 'file_search_call'],
  ...['image_generation_call', 'item_reference', 'local_shell_call', 'local_shell_call_output'],
  ...['mcp_approval_request', 'mcp_approval_response', 'mcp_call', 'mcp_list_tools', 'shell_call'],
  ...['shell_call_output', 'tool_search_call', 'tool_search_output', 'web_search_call'],
];
const TOOLS = [
  ...['code_interpreter', 'computer_use_preview', 'custom', 'file_search', 'image_generation', 'mcp', 'namespace'],
  ...['shell', 'tool_search', 'web_search', 'web_search_preview'],
];

const text = (path: string): Nested['samples'] => ({ [`${path}[input_text].text`]: of('Hello') });
const media = (path: string): Nested['samples'] => ({
  [`${path}[input_image].detail`]: of('auto', { other: 'low' }),
  [`${path}[input_image].file_id`]: of('file_1'),
  [`${path}[input_image].image_url`]: of(PIXEL, { other: `${PIXEL}AAAA`, isNeeded: true }),
  [`${path}[input_file].file_data`]: of(PDF, { other: `${PDF}AAAA`, isNeeded: true }),
  [`${path}[input_file].file_id`]: of('file_1'),
  [`${path}[input_file].file_url`]: of('https://files.example/a.pdf'),
  [`${path}[input_file].filename`]: of('a.pdf', NO_FILE_NAME),
});

/** Names below the parameters of responses.create. */
export const NESTED_RESPONSES: Nested = {
  refused: [
    ...['context_management', 'conversation', 'prompt'],
    ...FOREIGN.map((word) => `input[${word}]`),
    ...TOOLS.map((word) => `tools[${word}]`),
    ...['tool_choice[mcp]', 'tool_choice[custom]'],
  ],
  skipped: [
    // What a place holds that is left out as a whole.
    ...['input[message].content[output_text].annotations', 'input[message].content[output_text].logprobs'],
  ],
  told: [[/^input\.output\b/, 'input.content']],
  contexts: [
    { within: 'input[message].content[output_text]', before: [ASKED], with: { 'input[message].role': 'assistant' } },
    { within: 'input[message].content[refusal]', before: [ASKED], with: { 'input[message].role': 'assistant' } },
    { within: 'input[function_call]', before: [ASKED], beside: { tools: [WEATHER] } },
    { within: 'input[function_call_output]', before: [ASKED, CALL], beside: { tools: [WEATHER] } },
    { within: 'input[reasoning]', before: [ASKED], after: [{ role: 'assistant', content: 'So.' }, ASKED] },
    { within: 'stream_options', beside: { stream: true } },
    { within: 'tool_choice', beside: { tools: [WEATHER, SECOND] } },
  ],
  samples: {
    'input[message].content': of('Hello'),
    ...text('input[message].content'),
    ...media('input[message].content'),
    'input[message].content[output_text].annotations': of([], { other: [{ type: 'file_path' }], ...SAID }),
    'input[message].content[output_text].text': of('Before'),
    'input[message].content[output_text].logprobs': of([{ token: 'a' }], SAID),
    'input[message].content[refusal].refusal': of('I will not.'),
    'input[message].role': of('user', { other: 'assistant' }),
    'input[message].phase': of('commentary'),
    'input[message].status': of('completed', OF_ITEM),
    'input[message].id': of('msg_1', OF_ITEM),
    'input[function_call].arguments': of('{"city":"Kyiv"}', { other: '{"city":"Lviv"}' }),
    'input[function_call].call_id': of('call_1', {
      met: { google: 'knows calls by their names alone, before Gemini 3' },
    }),
    'input[function_call].name': of('weather'),
    'input[function_call].id': of('fc_1', OF_ITEM),
    'input[function_call].namespace': of('house'),
    'input[function_call].status': of('completed', OF_ITEM),
    'input[function_call_output].call_id': of('call_1', { other: 'call_2' }),
    'input[function_call_output].output': of('sunny'),
    ...text('input[function_call_output].output'),
    ...media('input[function_call_output].output'),
    'input[function_call_output].output[input_image].detail': of('low'),
    'input[function_call_output].id': of('fco_1', OF_ITEM),
    'input[function_call_output].status': of('completed', OF_ITEM),
    'input[reasoning].id': of('rs_1', OF_ITEM),
    'input[reasoning].summary': of([], {
      ...{ other: [{ type: 'summary_text', text: 'hm' }] },
      ...everywhere('is for people; what a vendor takes back is encrypted_content'),
    }),
    'input[reasoning].summary[].text': of('hm', everywhere('is for people')),
    'input[reasoning].content': of([{ type: 'reasoning_text', text: 'hm' }], everywhere('is for people')),
    'input[reasoning].content[].text': of('hm', everywhere('is for people')),
    'input[reasoning].encrypted_content': of(Buffer.from(JSON.stringify(BLOCKS)).toString('base64'), {
      met: { openai: 'signs no thoughts', mistral: 'signs no thoughts', google: 'takes back only what it signed' },
    }),
    'input[reasoning].status': of('completed', OF_ITEM),
    'reasoning.effort': of('low'),
    'reasoning.generate_summary': of('auto', SHOWN),
    'reasoning.summary': of('auto', SHOWN),
    'stream_options.include_obfuscation': of(true),
    'text.format': of({ type: 'json_object' }),
    'text.format[json_schema].name': of('place', { shows: /"name":"place"/, ...NO_NAME }),
    'text.format[json_schema].schema': of(SCHEMA, { other: OTHER_SCHEMA }),
    'text.format[json_schema].description': of('A place'),
    'text.format[json_schema].strict': of(true, { met: { anthropic: BINDS, google: BINDS, bedrock: BINDS } }),
    'text.verbosity': of('low'),
    'tool_choice[allowed_tools].mode': of('auto', { other: 'required' }),
    'tool_choice[allowed_tools].tools': of([{ type: 'function', name: 'weather' }], {
      other: [{ type: 'function', name: 'second' }],
    }),
    'tool_choice[function].name': of('weather', { other: 'second' }),
    'tools[function].name': of('weather'),
    'tools[function].parameters': of(SCHEMA, { other: OTHER_SCHEMA }),
    'tools[function].strict': of(false, { other: true }),
    'tools[function].defer_loading': of(true),
    'tools[function].description': of('Tells the weather'),
  },
};
