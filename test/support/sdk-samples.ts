import type { SdkType } from './sdk-types.js';

/** The kinds of vendors that the parameters are sent to: one of each wire, and one that renames fields. */
export const KINDS = ['openai', 'mistral', 'anthropic', 'google', 'bedrock'] as const;
export type Kind = (typeof KINDS)[number];

/** How one parameter is tried: with a value that asks for something. */
export interface Sample {
  readonly value: unknown;
  /** What it needs beside it. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** How the answer itself shows that it was heard, where the vendor is told nothing. */
  readonly shows?: RegExp;
  /** Vendors that do what is asked for by themselves, so that nothing is sent to them. */
  readonly met?: Readonly<Partial<Record<Kind, string>>>;
}

export type Samples = Readonly<Record<string, Sample>>;

const of = (value: unknown, more: Omit<Sample, 'value'> = {}): Sample => ({ value, ...more });

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const CHAT_TOOLS = [{ type: 'function', function: { name: 'weather', parameters: SCHEMA } }];
const RESPONSE_TOOLS = [{ type: 'function', name: 'weather', parameters: SCHEMA, strict: true }];
const CLAUDE_TOOLS = [{ name: 'weather', input_schema: SCHEMA }];
const METADATA = of({ purpose: 'a sample' });
const RECORDED = 'has no place for it: it is on the record of the call';
const WHO: Omit<Sample, 'value'> = { met: { google: RECORDED, bedrock: RECORDED } };

const CHAT: Samples = {
  messages: of([{ role: 'user', content: 'Something else' }]),
  model: of('no-such-alias'),
  audio: of({ voice: 'alloy', format: 'mp3' }),
  frequency_penalty: of(0.5),
  function_call: of('auto'),
  functions: of([{ name: 'weather', parameters: SCHEMA }]),
  logit_bias: of({ 50256: -100 }),
  logprobs: of(true),
  max_completion_tokens: of(77),
  max_tokens: of(77),
  metadata: METADATA,
  modalities: of(['text', 'audio']),
  n: of(2),
  parallel_tool_calls: of(false, { beside: { tools: CHAT_TOOLS } }),
  prediction: of({ type: 'content', content: 'As it was' }),
  presence_penalty: of(0.5),
  prompt_cache_key: of('a-sample'),
  prompt_cache_retention: of('24h'),
  reasoning_effort: of('low'),
  response_format: of({ type: 'json_schema', json_schema: { name: 'place', schema: SCHEMA } }),
  safety_identifier: of('a-sample', WHO),
  seed: of(7),
  service_tier: of('flex'),
  stop: of(['END']),
  store: of(true),
  stream: of(true),
  stream_options: of(
    { include_usage: true },
    {
      ...{ beside: { stream: true }, shows: /"usage":\{/ },
      met: { mistral: 'counts every stream unasked, which the stand-in does not' },
    },
  ),
  temperature: of(0.5),
  tool_choice: of('required', { beside: { tools: CHAT_TOOLS } }),
  tools: of(CHAT_TOOLS),
  top_logprobs: of(3),
  top_p: of(0.5),
  user: of('a-sample', WHO),
  verbosity: of('low'),
  web_search_options: of({ search_context_size: 'low' }),
};

const RESPONSE: Samples = {
  background: of(true),
  context_management: of([{ type: 'compaction' }]),
  conversation: of('conv_1'),
  include: of(['file_search_call.results']),
  input: of('Something else'),
  instructions: of('Be brief.'),
  max_output_tokens: of(77),
  metadata: { ...METADATA, shows: /"purpose":"a sample"/ },
  model: of('no-such-alias'),
  parallel_tool_calls: of(false, { beside: { tools: RESPONSE_TOOLS } }),
  previous_response_id: of('resp_1'),
  prompt: of({ id: 'pmpt_1' }),
  prompt_cache_key: of('a-sample'),
  prompt_cache_retention: of('24h'),
  reasoning: of({ effort: 'low' }),
  safety_identifier: of('a-sample', WHO),
  service_tier: of('flex'),
  store: of(true),
  stream: of(true),
  stream_options: of({ include_obfuscation: true }, { beside: { stream: true } }),
  temperature: of(0.5),
  text: of({ verbosity: 'low' }),
  tool_choice: of('required', { beside: { tools: RESPONSE_TOOLS } }),
  tools: of(RESPONSE_TOOLS),
  top_p: of(0.5),
  truncation: of('auto'),
  user: of('a-sample', WHO),
};

const CACHES_ALONE = 'caches prompts by itself';
const COUNTED: Samples = {
  messages: of([{ role: 'user', content: 'Something else that is longer than what was asked before' }]),
  model: of('no-such-alias'),
  cache_control: of(
    { type: 'ephemeral' },
    { met: { openai: CACHES_ALONE, mistral: CACHES_ALONE, google: CACHES_ALONE } },
  ),
  output_config: of({ effort: 'low' }),
  speed: of('fast'),
  system: of('Be brief.'),
  thinking: of({ type: 'enabled', budget_tokens: 2_000 }),
  tool_choice: of({ type: 'any' }, { beside: { tools: CLAUDE_TOOLS } }),
  tools: of(CLAUDE_TOOLS),
  user_profile_id: of('uprof_1'),
  workspace_id: of('wrkspc_1'),
};

const MESSAGE: Samples = {
  ...COUNTED,
  max_tokens: of(77),
  container: of('container_1'),
  diagnostics: of({ previous_message_id: 'msg_1' }),
  inference_geo: of('eu'),
  metadata: of({ user_id: 'a-sample' }, WHO),
  service_tier: of('standard_only', { met: { google: 'has one tier for every call' } }),
  stop_sequences: of(['END']),
  stream: of(true),
};

const EMBEDDING: Samples = {
  input: of('Something else'),
  model: of('no-such-alias'),
  dimensions: of(8),
  encoding_format: of('float', { shows: /"embedding":\[/ }),
  user: of('a-sample', WHO),
};

const OPENAI = { packageName: 'openai' };
const MESSAGES = { packageName: '@anthropic-ai/sdk', file: 'resources/messages/messages.d.ts' };

/** Each method of the SDKs that the gateway serves, with its type and a sample for each of its parameters. */
export const METHODS = {
  'chat.completions.create': {
    type: {
      ...OPENAI,
      file: 'resources/chat/completions/completions.d.ts',
      name: 'ChatCompletionCreateParamsBase',
    },
    samples: CHAT,
  },
  'responses.create': {
    type: { ...OPENAI, file: 'resources/responses/responses.d.ts', name: 'ResponseCreateParamsBase' },
    samples: RESPONSE,
  },
  'embeddings.create': {
    type: { ...OPENAI, file: 'resources/embeddings.d.ts', name: 'EmbeddingCreateParams' },
    samples: EMBEDDING,
  },
  'messages.create': { type: { ...MESSAGES, name: 'MessageCreateParamsBase' }, samples: MESSAGE },
  'messages.countTokens': { type: { ...MESSAGES, name: 'MessageCountTokensParams' }, samples: COUNTED },
} as const satisfies Record<string, { type: SdkType; samples: Samples }>;

export type Method = keyof typeof METHODS;
