import { Injectable } from '@nestjs/common';
import { invalid } from '../../../../core/errors.js';
import { stringOf } from '../../../../providers/json.js';
import type { JsonObject } from '../../../../providers/index.js';
import { ChatStream } from '../../dialects/chat-stream.js';
import { checkStreamOptions } from '../../dialects/stream-options.js';
import { CompatibleCalls } from './compatible-calls.service.js';
import type { Call, GatewayRoute } from '../routes.js';
import { chatBody, embeddingsBody } from '../schemas.js';

/** OpenAI's API: its SDKs work with another base URL and key, and nothing else changed. */
@Injectable()
export class OpenAiRoutes {
  constructor(private readonly calls: CompatibleCalls) {}

  readonly all: readonly GatewayRoute[] = [
    {
      method: 'POST',
      path: '/v1/chat/completions',
      summary: "OpenAI's chat completions, streamed when `stream` is true; a job by itself unless x-job-id names one",
      dialect: 'openai',
      streams: 'when asked',
      body: chatBody,
      isCall: true,
      handle: (call) => this.chat(call),
    },
    {
      method: 'POST',
      path: '/v1/embeddings',
      summary: "OpenAI's embeddings",
      dialect: 'openai',
      body: embeddingsBody,
      isCall: true,
      handle: (call) => this.embed(call),
    },
  ];

  private chat(call: Call): Promise<unknown> {
    const { model, stream, stream_options: options, ...body } = given(call.request.body as JsonObject);
    const streaming = checkStreamOptions(options, ['include_usage', 'include_obfuscation']);
    if (options !== undefined && stream !== true) throw invalid('stream_options', 'goes with stream alone');
    const wanted = { operation: 'chat', jobType: 'chat_completion', model: stringOf(model), body } as const;
    return this.calls.run(call, wanted, {
      whole: (completion) => completion,
      stream: stream === true ? () => new ChatStream(streaming.include_usage === true) : null,
    });
  }

  private embed(call: Call): Promise<unknown> {
    const { model, ...body } = given(call.request.body as JsonObject);
    const wanted = { operation: 'embeddings', jobType: 'embedding', model: stringOf(model), body } as const;
    return this.calls.run(call, wanted, { whole: (list) => list, stream: null });
  }
}

/** Null is OpenAI's word for left out. */
const given = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
