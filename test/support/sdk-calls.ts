import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { TestApp } from './app.js';
import { AWS_CREDENTIAL } from './aws-signature.js';
import { type Kind, KINDS, type Method } from './sdk-samples.js';
import { startVendorServer, type VendorServer } from './vendor-server.js';
import { makeWorld, type World } from './world.js';

export type Parameters = Readonly<Record<string, unknown>>;

const CHAT: Readonly<Record<Kind, string>> = {
  openai: 'gpt-test',
  mistral: 'mistral-test',
  anthropic: 'claude-sonnet-4-5',
  google: 'gemini-2.5-flash',
  bedrock: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
};
/** Anthropic makes no embeddings. */
const EMBEDDINGS: Readonly<Partial<Record<Kind, string>>> = {
  openai: 'text-embedding-3-small',
  mistral: 'mistral-embed',
  google: 'gemini-embedding-001',
  bedrock: 'amazon.titan-embed-text-v2:0',
};

/** What every call asks for, where its sample does not say otherwise. */
const ASKED: Readonly<Record<Method, Parameters>> = {
  'chat.completions.create': { messages: [{ role: 'user', content: 'Hello' }] },
  'responses.create': { input: 'Hello' },
  'embeddings.create': { input: 'Hello' },
  'messages.create': { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 4_000 },
  'messages.countTokens': { messages: [{ role: 'user', content: 'Hello' }] },
};

/** The kinds of vendors that a method is sent to. */
export const kindsOf = (method: Method): readonly Kind[] =>
  method === 'embeddings.create' ? KINDS.filter((kind) => EMBEDDINGS[kind] !== undefined) : KINDS;

export interface Outcome {
  readonly status: number;
  readonly answer: string;
  /** That a refusal names. */
  readonly field: string | null;
  /** What the vendor was asked; null when it was not. */
  readonly sent: string | null;
}

/** Calls by the SDKs' own methods, so that parameters go where the SDK puts them: body or header. */
export class SdkCalls {
  private constructor(
    private readonly app: TestApp,
    private readonly vendor: VendorServer,
    private readonly worlds: ReadonlyMap<string, World>,
  ) {}

  static async start(app: TestApp): Promise<SdkCalls> {
    const models = [...Object.values(CHAT), ...Object.values(EMBEDDINGS)];
    const vendor = await startVendorServer({ models, paceMs: 0 });
    const places: Readonly<Record<Kind, object>> = {
      openai: { baseUrl: vendor.url },
      mistral: { baseUrl: vendor.url },
      anthropic: { baseUrl: vendor.url },
      google: { baseUrl: `http://${vendor.allow}/v1beta` },
      bedrock: { baseUrl: `http://${vendor.allow}/?region=eu-central-1`, credential: AWS_CREDENTIAL },
    };
    const worlds = new Map<string, World>();
    for (const [purpose, models] of Object.entries({ chat: CHAT, embeddings: EMBEDDINGS }))
      for (const [kind, model] of Object.entries(models)) {
        const place = { ...places[kind as Kind], kind, model, maxOutputTokens: 8_000 };
        worlds.set(`${purpose} ${kind}`, await makeWorld(app, place));
      }
    return new SdkCalls(app, vendor, worlds);
  }

  close(): Promise<void> {
    return this.vendor.close();
  }

  async send(method: Method, kind: Kind, parameters: Parameters): Promise<Outcome> {
    const world = this.worlds.get(`${method === 'embeddings.create' ? 'embeddings' : 'chat'} ${kind}`)!;
    const before = this.vendor.requests.length;
    const outcome = await this.request(method, world, { ...ASKED[method], model: world.alias, ...parameters })
      .asResponse()
      .then(async (response) => ({ status: response.status, answer: await response.text(), field: null }))
      .catch(refusalIn);
    const [asked] = this.vendor.requests.slice(before);
    return { ...outcome, sent: asked ? `${asked.path} ${asked.body}` : null };
  }

  private request(method: Method, { key }: World, given: Parameters): { asResponse(): Promise<Response> } {
    const parameters = given as never;
    const openAi = new OpenAI({ apiKey: key, baseURL: `${this.app.url}/v1`, maxRetries: 0 });
    const { messages } = new Anthropic({ apiKey: key, baseURL: this.app.url, maxRetries: 0 });
    if (method === 'chat.completions.create') return openAi.chat.completions.create(parameters);
    if (method === 'responses.create') return openAi.responses.create(parameters);
    if (method === 'embeddings.create') return openAi.embeddings.create(parameters);
    return method === 'messages.create' ? messages.create(parameters) : messages.countTokens(parameters);
  }
}

function refusalIn(error: unknown): Omit<Outcome, 'sent'> {
  if (error instanceof OpenAI.APIError)
    return { status: error.status as number, answer: error.message, field: error.param ?? null };
  if (!(error instanceof Anthropic.APIError)) throw error;
  const { field = null } = (error.error as { error?: { field?: string } }).error ?? {};
  return { status: error.status as number, answer: error.message, field };
}

/** Calls without what is asked about, for comparison; each is made once. */
export class Comparison {
  private readonly known = new Map<string, Promise<Outcome>>();

  constructor(private readonly call: (parameters: Parameters) => Promise<Outcome>) {}

  with(parameters: Parameters): Promise<Outcome> {
    const asked = JSON.stringify(parameters);
    const outcome = this.known.get(asked) ?? this.call(parameters);
    this.known.set(asked, outcome);
    return outcome;
  }
}
