import { below } from '../http/vendor-request.js';

/** In what servers that speak OpenAI's API differ from each other. */
export interface Profile {
  readonly auth: 'bearer' | 'api-key';
  /** Whether a stream must be asked for its usage; others tell it unasked and refuse the question. */
  readonly streamOptions: boolean;
  /** Fields that go under another name. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly url: (base: URL, path: string, model: string) => URL;
}

/** OpenAI itself, and everybody who is truly compatible. */
export const OPENAI: Profile = Object.freeze({
  auth: 'bearer',
  streamOptions: true,
  renamed: {},
  url: (base: URL, path: string) => below(base, path),
});

/** Knows no stream_options, and gives usage unasked. */
export const MISTRAL: Profile = Object.freeze({
  ...OPENAI,
  streamOptions: false,
  renamed: { seed: 'random_seed', max_completion_tokens: 'max_tokens' },
});

/**
 * Azure: a base URL that ends in /openai/v1 serves as OpenAI does; an older one, which names an api-version, has a path
 * for each deployment, and the model's name is the deployment's.
 */
export const AZURE: Profile = Object.freeze({
  ...OPENAI,
  auth: 'api-key',
  url: (base: URL, path: string, model: string) => {
    const isVersioned = base.searchParams.has('api-version');
    if (!isVersioned || /\/deployments\//.test(base.pathname)) return below(base, path);
    const start = /\/openai\/?$/.test(base.pathname) ? '' : 'openai/';
    return below(base, `${start}deployments/${encodeURIComponent(model)}/${path}`);
  },
});
