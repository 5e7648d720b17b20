/** The same call for everybody: a prompt of some 400 bytes, an answer of as many; or a stream of so many chunks. */
const PROMPT = 'please summarise the following paragraph '.repeat(8);
const MESSAGES = [
  { role: 'system', content: 'You are a helpful assistant.' },
  { role: 'user', content: PROMPT },
];

/** As clients of OpenAI send it. */
function openAiBody(chunks) {
  const whole = { model: 'bench', messages: MESSAGES, temperature: 0.7, max_tokens: chunks ?? 256 };
  return JSON.stringify(chunks === null ? whole : { ...whole, stream: true });
}

/** A call of a bare proxy. @param chunks of a stream, or null for a whole answer */
export const bareCall = (port, chunks = null) => ({
  port,
  path: '/v1/chat/completions',
  headers: { authorization: 'Bearer bench' },
  body: openAiBody(chunks),
});

export const portkeyCall = (port, vendorUrl, chunks = null) => ({
  ...bareCall(port, chunks),
  headers: {
    authorization: 'Bearer bench',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${vendorUrl}/v1`,
  },
});

/** The APIs by which the product is called. */
export const APIS = ['chat completions', 'messages', 'responses', 'jobs'];

const said = (words) => [MESSAGES[0], { role: 'user', content: `${PROMPT}${words}` }];
const BODIES = {
  'chat completions': (bound, words) => ({ model: 'bench', messages: said(words), max_tokens: bound }),
  messages: (bound, words) => ({
    ...{ model: 'bench', system: MESSAGES[0].content, max_tokens: bound },
    messages: [said(words)[1]],
  }),
  responses: (bound, words) => ({ model: 'bench', input: said(words), max_output_tokens: bound }),
  jobs: (bound, words) => ({ job_type: 'bench', model: 'bench', messages: said(words), max_tokens: bound }),
};
const PATHS = {
  'chat completions': '/v1/chat/completions',
  messages: '/v1/messages',
  responses: '/v1/responses',
  jobs: '/api/jobs/create-and-call',
};

/**
 * A call of the product by one of its APIs: a job of its own that is opened, held, settled, charged and closed.
 * @param chunks of a stream, or null for a whole answer
 * @param words at the end of the prompt
 */
export function apiCall(api, { port }, { key }, { chunks = null, words = '' } = {}) {
  const isStream = chunks !== null;
  const asked = { ...BODIES[api](chunks ?? 256, words), temperature: 0.7 };
  const body = JSON.stringify(isStream && api !== 'jobs' ? { ...asked, stream: true } : asked);
  const path = isStream && api === 'jobs' ? `${PATHS.jobs}-stream` : PATHS[api];
  return { port, path, headers: { authorization: `Bearer ${key}` }, body };
}
