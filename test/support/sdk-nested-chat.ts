import type { Nested, NestedSample } from './sdk-places.js';

const of = (value: unknown, more: Omit<NestedSample, 'value'> = {}): NestedSample => ({ value, ...more });

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';
const PDF = 'data:application/pdf;base64,JVBERi0xLjQK';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const OTHER_SCHEMA = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] };
const WEATHER = { type: 'function', function: { name: 'weather', parameters: SCHEMA } };
const SECOND = { type: 'function', function: { name: 'second', parameters: SCHEMA } };
const CUSTOM = { type: 'custom', custom: { name: 'poem' } };
const GRAMMAR = { syntax: 'lark', definition: 'start: WORD' };
const ASKED = { role: 'user', content: 'How is the weather?' };
const CALL = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Kyiv"}' } };
const NO_NAME = { met: { anthropic: 'has no place for it', google: 'has no place for it', bedrock: 'has none' } };
const BY_ORDER = { met: { google: 'knows calls by their names alone, before Gemini 3' } };
const BINDS = 'holds every answer to its schema';

/** Names below the parameters of chat.completions.create. */
export const NESTED_CHAT: Nested = {
  refused: [],
  contexts: [
    { within: 'messages[assistant]', before: [ASKED] },
    {
      within: 'messages[tool]',
      before: [ASKED, { role: 'assistant', tool_calls: [CALL] }],
      beside: { tools: [WEATHER] },
    },
    { within: 'messages[assistant].tool_calls', before: [ASKED], beside: { tools: [WEATHER] } },
    { within: 'function_call', beside: { functions: [{ name: 'weather' }] } },
    { within: 'stream_options', beside: { stream: true } },
    { within: 'tool_choice', beside: { tools: [WEATHER, SECOND] } },
    { within: 'tool_choice[custom]', beside: { tools: [CUSTOM] } },
  ],
  samples: {
    'messages[developer].content': of('Be brief.'),
    'messages[developer].content[].text': of('Be brief.'),
    'messages[developer].name': of('house'),
    'messages[system].content': of('Be brief.'),
    'messages[system].content[].text': of('Be brief.'),
    'messages[system].name': of('house'),
    'messages[user].content': of('Hello'),
    'messages[user].content[text].text': of('Hello'),
    'messages[user].content[image_url].image_url': of({ url: PIXEL }, { other: { url: `${PIXEL}AAAA` } }),
    'messages[user].content[image_url].image_url.url': of(PIXEL, { other: `${PIXEL}AAAA` }),
    'messages[user].content[image_url].image_url.detail': of('low'),
    'messages[user].content[input_audio].input_audio': of(
      { data: 'AAAA', format: 'wav' },
      { other: { data: 'AAAA', format: 'mp3' } },
    ),
    'messages[user].content[input_audio].input_audio.data': of('AAAA', { other: 'BBBB' }),
    'messages[user].content[input_audio].input_audio.format': of('wav', { other: 'mp3' }),
    'messages[user].content[file].file': of({ file_data: PDF }, { other: { file_data: `${PDF}AAAA` } }),
    'messages[user].content[file].file.file_data': of(PDF, { other: `${PDF}AAAA`, isNeeded: true }),
    'messages[user].content[file].file.file_id': of('file-1'),
    'messages[user].content[file].file.filename': of('a.pdf', {
      met: { google: 'reads a file by its type, and has no place for a name' },
    }),
    'messages[user].name': of('ann'),
    'messages[assistant].audio': of({ id: 'audio_1' }),
    'messages[assistant].audio.id': of('audio_1'),
    'messages[assistant].content': of('Before', { isNeeded: true }),
    'messages[assistant].content[text].text': of('Before'),
    'messages[assistant].content[refusal].refusal': of('I will not.'),
    'messages[assistant].function_call': of({ name: 'weather', arguments: '{}' }),
    'messages[assistant].function_call.arguments': of('{}', { other: '{"city":"Kyiv"}' }),
    'messages[assistant].function_call.name': of('weather'),
    'messages[assistant].name': of('bot'),
    'messages[assistant].refusal': of('I will not.'),
    'messages[assistant].tool_calls': of([CALL]),
    'messages[assistant].tool_calls[function].id': of('call_1', BY_ORDER),
    'messages[assistant].tool_calls[function].function': of(CALL.function, {
      other: { name: 'weather', arguments: '{"city":"Lviv"}' },
    }),
    'messages[assistant].tool_calls[function].function.arguments': of('{"city":"Kyiv"}', { other: '{"city":"Lviv"}' }),
    'messages[assistant].tool_calls[function].function.name': of('weather'),
    'messages[assistant].tool_calls[custom].id': of('call_1'),
    'messages[assistant].tool_calls[custom].custom': of(
      { name: 'poem', input: 'sea' },
      { other: { name: 'poem', input: 'sky' } },
    ),
    'messages[assistant].tool_calls[custom].custom.input': of('sea'),
    'messages[assistant].tool_calls[custom].custom.name': of('poem'),
    'messages[tool].content': of('sunny'),
    'messages[tool].content[].text': of('sunny'),
    'messages[tool].tool_call_id': of('call_1', { other: 'call_2' }),
    'messages[function].content': of('sunny'),
    'messages[function].name': of('weather'),
    'audio.format': of('mp3', { other: 'wav' }),
    'audio.voice': of('alloy'),
    'audio.voice.id': of('voice_1'),
    'function_call.name': of('weather'),
    'functions[].name': of('weather'),
    'functions[].description': of('Tells the weather'),
    'functions[].parameters': of(SCHEMA),
    'prediction.content': of('As it was'),
    'prediction.content[].text': of('As it was'),
    'response_format[json_schema].json_schema': of(
      { name: 'place', schema: SCHEMA },
      { other: { name: 'place', schema: OTHER_SCHEMA } },
    ),
    'response_format[json_schema].json_schema.name': of('place', NO_NAME),
    'response_format[json_schema].json_schema.description': of('A place'),
    'response_format[json_schema].json_schema.schema': of(SCHEMA, { other: OTHER_SCHEMA, isNeeded: true }),
    'response_format[json_schema].json_schema.strict': of(true, {
      met: { anthropic: BINDS, google: BINDS, bedrock: BINDS },
    }),
    'stream_options.include_obfuscation': of(true),
    'stream_options.include_usage': of(true, {
      ...{ shows: /"usage":\{/, met: { mistral: 'counts every stream unasked, which the stand-in does not' } },
    }),
    'tool_choice[allowed_tools].allowed_tools': of(
      { mode: 'auto', tools: [{ type: 'function', function: { name: 'weather' } }] },
      { other: { mode: 'required', tools: [{ type: 'function', function: { name: 'weather' } }] } },
    ),
    'tool_choice[allowed_tools].allowed_tools.mode': of('auto', { other: 'required' }),
    'tool_choice[allowed_tools].allowed_tools.tools': of([{ type: 'function', function: { name: 'weather' } }], {
      other: [{ type: 'function', function: { name: 'second' } }],
    }),
    'tool_choice[function].function': of({ name: 'weather' }, { other: { name: 'second' } }),
    'tool_choice[function].function.name': of('weather', { other: 'second' }),
    'tool_choice[custom].custom': of({ name: 'poem' }, { other: { name: 'other' } }),
    'tool_choice[custom].custom.name': of('poem'),
    'tools[function].function': of(WEATHER.function, { other: { name: 'another', parameters: SCHEMA } }),
    'tools[function].function.name': of('weather'),
    'tools[function].function.description': of('Tells the weather'),
    'tools[function].function.parameters': of(SCHEMA),
    'tools[function].function.strict': of(true),
    'tools[custom].custom': of({ name: 'poem' }, { other: { name: 'other' } }),
    'tools[custom].custom.name': of('poem'),
    'tools[custom].custom.description': of('Writes a poem'),
    'tools[custom].custom.format': of({ type: 'grammar', grammar: GRAMMAR }),
    'tools[custom].custom.format[grammar].grammar': of(GRAMMAR, { other: { ...GRAMMAR, syntax: 'regex' } }),
    'tools[custom].custom.format[grammar].grammar.definition': of('start: WORD'),
    'tools[custom].custom.format[grammar].grammar.syntax': of('lark', { other: 'regex' }),
    'web_search_options.search_context_size': of('low'),
    'web_search_options.user_location': of({ type: 'approximate', approximate: { city: 'Kyiv' } }),
    'web_search_options.user_location.approximate': of({ city: 'Kyiv' }, { other: { city: 'Lviv' } }),
    'web_search_options.user_location.approximate.city': of('Kyiv'),
    'web_search_options.user_location.approximate.country': of('UA'),
    'web_search_options.user_location.approximate.region': of('Kyiv'),
    'web_search_options.user_location.approximate.timezone': of('Europe/Kyiv'),
  },
};
