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

/** A call of the product: a job of its own that is opened, held, settled, charged and closed. */
export const productCall = ({ port }, { key }, chunks = null) => ({
  port,
  path: chunks === null ? '/api/jobs/create-and-call' : '/api/jobs/create-and-call-stream',
  headers: { authorization: `Bearer ${key}` },
  body: JSON.stringify({
    job_type: 'bench',
    ...{ model: 'bench', messages: MESSAGES, temperature: 0.7, max_tokens: chunks ?? 256 },
  }),
});
