import type { Nested, NestedSample } from './sdk-places.js';

const of = (value: unknown, more: Omit<NestedSample, 'value'> = {}): NestedSample => ({ value, ...more });

const PIXEL = 'iVBORw0KGgo=';
const PDF = 'JVBERi0xLjQK';
const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const OTHER_SCHEMA = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] };
const WEATHER = { name: 'weather', input_schema: SCHEMA };
const SECOND = { name: 'second', input_schema: SCHEMA };
const ASKED = { role: 'user', content: 'How is the weather?' };
const CALLED = {
  role: 'assistant',
  content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Kyiv' } }],
};
const RESULT = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' }] };
const CITATION = {
  ...{ type: 'char_location', cited_text: 'a', document_index: 0, document_title: null },
  ...{ start_char_index: 0, end_char_index: 1 },
};
const ALONE = 'caches prompts by itself';
const MARK = { met: { openai: ALONE, mistral: ALONE, google: ALONE } };
const UNSIGNED = 'takes back no thoughts of another vendor';
const THOUGHT = { met: { openai: UNSIGNED, mistral: UNSIGNED, google: UNSIGNED } };
const RECORDED = 'has no place for it: it is on the record of the call';

/** What can stand on a block, and on a tool. */
const marked = (path: string): Nested['samples'] => ({
  [`${path}.cache_control`]: of({ type: 'ephemeral' }, MARK),
  [`${path}.cache_control.ttl`]: of('1h', MARK),
});
const text = (path: string): Nested['samples'] => ({
  [`${path}.text`]: of('Hello'),
  ...marked(path),
  [`${path}.citations`]: of([CITATION]),
});
const image = (path: string): Nested['samples'] => ({
  [`${path}.source`]: of(
    { type: 'base64', media_type: 'image/png', data: PIXEL },
    { other: { type: 'base64', media_type: 'image/png', data: `${PIXEL}AAAA` } },
  ),
  [`${path}.source[base64].data`]: of(PIXEL, { other: `${PIXEL}AAAA` }),
  [`${path}.source[base64].media_type`]: of('image/png', { other: 'image/gif' }),
  [`${path}.source[url].url`]: of('https://images.example/a.png', { other: 'https://images.example/b.png' }),
  ...marked(path),
  [`${path}.transformations`]: of({ oversized_image: 'error' }),
});
const document = (path: string): Nested['samples'] => ({
  [`${path}.source`]: of(
    { type: 'base64', media_type: 'application/pdf', data: PDF },
    { other: { type: 'base64', media_type: 'application/pdf', data: `${PDF}AAAA` } },
  ),
  [`${path}.source[base64].data`]: of(PDF, { other: `${PDF}AAAA` }),
  [`${path}.source[text].data`]: of('A text.'),
  [`${path}.source[url].url`]: of('https://files.example/a.pdf', { other: 'https://files.example/b.pdf' }),
  ...marked(path),
  [`${path}.citations`]: of({ enabled: true }),
  [`${path}.citations.enabled`]: of(true),
  [`${path}.context`]: of('A letter'),
  [`${path}.title`]: of('A title', { met: { google: 'reads a file by its type, and has no place for a name' } }),
});

const USER = 'messages[user].content';
const SAID = 'messages[assistant].content';
const RESULTS = `${USER}[tool_result].content`;
/** Blocks of tools that Anthropic runs, and of files that it stores. */
const FOREIGN = [
  ...['bash_code_execution_tool_result', 'code_execution_tool_result', 'container_upload', 'search_result'],
  ...['server_tool_use', 'text_editor_code_execution_tool_result', 'tool_search_tool_result'],
  ...['web_fetch_tool_result', 'web_search_tool_result'],
];
const TOOLS = [
  ...['bash_20250124', 'browser_toolset_20260801', 'code_execution_20250522', 'code_execution_20250825'],
  ...['code_execution_20260120', 'code_execution_20260521', 'computer_toolset_20260801', 'memory_20250818'],
  ...['text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728', 'tool_search_tool_bm25'],
  ...['tool_search_tool_regex', 'web_fetch_20250910', 'web_fetch_20260209', 'web_fetch_20260309'],
  ...['web_fetch_20260318', 'web_search_20250305', 'web_search_20260209', 'web_search_20260318'],
];
const STORED = ['file', 'content'];

/** Names below the parameters of messages.create. */
export const NESTED_MESSAGES: Nested = {
  refused: [
    ...['container', 'diagnostics', 'system[].citations', 'messages[system].content[].citations'],
    ...TOOLS.map((word) => `tools[${word}]`),
    ...[...FOREIGN, 'tool_use', 'thinking', 'redacted_thinking'].map((word) => `${USER}[${word}]`),
    ...[...FOREIGN, 'image', 'document', 'tool_result'].map((word) => `${SAID}[${word}]`),
    ...['search_result', 'tool_reference', 'browser_state'].map((word) => `${RESULTS}[${word}]`),
    ...[USER, RESULTS].flatMap((path) => [
      ...STORED.map((word) => `${path}[document].source[${word}]`),
      ...[`${path}[image].source[file]`, `${path}[image].transformations`, `${path}[text].citations`],
    ]),
    `${SAID}[text].citations`,
    ...['code_execution_20250825', 'code_execution_20260120'].map((word) => `${SAID}[tool_use].caller[${word}]`),
  ],
  told: [[/^messages\.content\.content\b/, 'messages.content']],
  contexts: [
    { within: `${USER}[tool_result]`, before: [ASKED, CALLED], beside: { tools: [WEATHER] } },
    { within: 'messages[assistant]', before: [ASKED], after: [ASKED] },
    { within: `${SAID}[tool_use]`, before: [ASKED], after: [RESULT], beside: { tools: [WEATHER] } },
    { within: `${SAID}[tool_use].id`, before: [ASKED], after: [ASKED], beside: { tools: [WEATHER] } },
    { within: 'messages[system]', before: [ASKED] },
    { within: 'tool_choice', beside: { tools: [WEATHER, SECOND] } },
  ],
  samples: {
    'cache_control.ttl': of('1h', MARK),
    'metadata.user_id': of('a-sample', { met: { google: RECORDED, bedrock: RECORDED } }),
    'output_config.effort': of('low'),
    'output_config.format': of({ type: 'json_schema', schema: SCHEMA }),
    'output_config.format.schema': of(SCHEMA, { other: OTHER_SCHEMA }),
    ...text('system[]'),
    'thinking[enabled].budget_tokens': of(2_000),
    'thinking[enabled].display': of('omitted'),
    'thinking[adaptive].display': of('omitted'),
    'tool_choice[auto].disable_parallel_tool_use': of(true),
    'tool_choice[any].disable_parallel_tool_use': of(true),
    'tool_choice[tool].name': of('weather', { other: 'second' }),
    'tool_choice[tool].disable_parallel_tool_use': of(true),
    'tools[custom].input_schema': of(SCHEMA, { other: OTHER_SCHEMA }),
    'tools[custom].input_schema.properties': of(SCHEMA.properties),
    'tools[custom].input_schema.required': of(['city']),
    'tools[custom].name': of('weather'),
    'tools[custom].allowed_callers': of(['code_execution_20250825']),
    ...marked('tools[custom]'),
    'tools[custom].defer_loading': of(true),
    'tools[custom].description': of('Tells the weather'),
    'tools[custom].eager_input_streaming': of(true),
    'tools[custom].input_examples': of([{ city: 'Kyiv' }]),
    'tools[custom].strict': of(true),
    'messages[user].content': of('Hello'),
    ...text(`${USER}[text]`),
    ...image(`${USER}[image]`),
    ...document(`${USER}[document]`),
    [`${USER}[tool_result].tool_use_id`]: of('toolu_1'),
    ...marked(`${USER}[tool_result]`),
    [RESULTS]: of('sunny', { isNeeded: true }),
    ...text(`${RESULTS}[text]`),
    ...image(`${RESULTS}[image]`),
    ...document(`${RESULTS}[document]`),
    [`${USER}[tool_result].is_error`]: of(true),
    [`${USER}[tool_result].toolset_name`]: of('house'),
    'messages[assistant].content': of('Before'),
    ...text(`${SAID}[text]`),
    [`${SAID}[thinking].signature`]: of('c2lnbmVk', { other: 'c2lnbmVkIHRvbw==', ...THOUGHT }),
    [`${SAID}[thinking].thinking`]: of('hm', THOUGHT),
    [`${SAID}[redacted_thinking].data`]: of('AAAA', { other: 'BBBB', ...THOUGHT }),
    [`${SAID}[tool_use].id`]: of('toolu_1', { met: { google: 'knows calls by their names alone, before Gemini 3' } }),
    [`${SAID}[tool_use].input`]: of({ city: 'Kyiv' }, { other: { city: 'Lviv' } }),
    [`${SAID}[tool_use].name`]: of('weather'),
    ...marked(`${SAID}[tool_use]`),
    [`${SAID}[tool_use].caller`]: of({ type: 'code_execution_20250825', tool_id: 'srvtoolu_1' }),
    [`${SAID}[tool_use].toolset_name`]: of('house'),
    'messages[system].content': of('Be brief.'),
    ...text('messages[system].content[]'),
  },
};
