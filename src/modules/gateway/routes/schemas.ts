/** JSON schemas of the job API: Fastify validates with them, and the OpenAPI document shows them. */
export type Schema = Record<string, unknown>;

const text = (maxLength: number, description: string): Schema => ({
  type: 'string',
  minLength: 1,
  maxLength,
  description,
});
const nullable = (schema: Schema): Schema => ({ ...schema, type: [schema.type as string, 'null'] });
const metadata = (description: string): Schema => ({ type: ['object', 'null'], description });

const JOB_FIELDS: Schema = {
  team_id: nullable(text(100, "The key's team when left out.")),
  job_type: text(100, 'What kind of operation it is, for example document_analysis; usage is reported by it.'),
  user_id: nullable(text(200, 'User on whose behalf the job runs; asserted by the client.')),
  max_cost_usd: { type: ['number', 'string', 'null'], description: 'Ceiling of what all calls together may cost.' },
};

const CALL_FIELDS: Schema = {
  model: nullable(text(128, "Alias to call; the team's default when left out.")),
  model_group: nullable(text(128, 'Synonym of model.')),
  messages: {
    type: 'array',
    minItems: 1,
    maxItems: 10_000,
    items: { type: 'object' },
    description: 'As in the OpenAI API.',
  },
  purpose: nullable(text(200, 'What the call is for; shown with the job.')),
  call_metadata: metadata("Kept with the call and merged into the job's metadata; at most 10 KB."),
  temperature: { type: ['number', 'null'] },
  max_tokens: { type: ['integer', 'null'], minimum: 1 },
  max_completion_tokens: { type: ['integer', 'null'], minimum: 1 },
  top_p: { type: ['number', 'null'] },
  n: { type: ['integer', 'null'], minimum: 1 },
  tools: { type: ['array', 'null'], items: { type: 'object' } },
  response_format: { type: ['object', 'null'] },
};

const object = (properties: Schema, required: string[], isOpen: boolean): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: isOpen,
});

export const createJobBody = object({ ...JOB_FIELDS, metadata: metadata('At most 10 KB.') }, ['job_type'], false);

/** Open: every further OpenAI field is forwarded to the vendor. */
export const callBody = object(CALL_FIELDS, ['messages'], true);

export const singleCallBody = object(
  { ...JOB_FIELDS, ...CALL_FIELDS, job_metadata: metadata('At most 10 KB.') },
  ['job_type', 'messages'],
  true,
);

/** As the only call of a job; `job_id` asks about a call within that job. */
export const explainBody = object(
  {
    ...JOB_FIELDS,
    ...CALL_FIELDS,
    job_metadata: metadata('At most 10 KB.'),
    job_id: nullable(text(100, 'Job that the call would belong to; its own when left out.')),
  },
  ['messages'],
  true,
);

const USER = nullable(text(200, 'User on whose behalf the call is made; asserted by the client.'));

/** Open: every further field is forwarded to the vendor, translated, or refused by name where it has none such. */
export const chatBody = object(
  {
    model: CALL_FIELDS.model,
    user: USER,
    messages: CALL_FIELDS.messages,
    stream: { type: ['boolean', 'null'] },
    stream_options: { type: ['object', 'null'], properties: { include_usage: { type: ['boolean', 'null'] } } },
    max_tokens: CALL_FIELDS.max_tokens,
    max_completion_tokens: CALL_FIELDS.max_completion_tokens,
    n: CALL_FIELDS.n,
  },
  ['messages'],
  true,
);

/** Open, as chatBody. */
export const embeddingsBody = object(
  {
    model: CALL_FIELDS.model,
    user: USER,
    input: { type: ['string', 'array'], description: 'A text, or a list of texts or of lists of token ids.' },
  },
  ['input'],
  true,
);

/** Open: the dialect checks every field, and names the one that it does not know. */
export const messagesBody = object(
  {
    model: CALL_FIELDS.model,
    messages: { ...(CALL_FIELDS.messages as Schema), description: 'As in the Anthropic API.' },
    max_tokens: CALL_FIELDS.max_tokens,
    stream: { type: ['boolean', 'null'] },
  },
  ['messages'],
  true,
);

/** Open, as messagesBody. */
export const responsesBody = object(
  {
    model: CALL_FIELDS.model,
    input: { type: ['string', 'array'], description: 'As in the OpenAI API.' },
    stream: { type: ['boolean', 'null'] },
  },
  [],
  true,
);

export const completeBody = object(
  {
    status: { type: 'string', enum: ['completed', 'failed'] },
    metadata: metadata("Merged into the job's metadata."),
    error_message: nullable(text(2_000, 'Why it failed.')),
  },
  ['status'],
  false,
);

export const cancelBody = object({ reason: nullable(text(2_000, 'Why it is cancelled.')) }, [], false);
export const metadataBody = object({ metadata: { type: 'object' } }, ['metadata'], false);
