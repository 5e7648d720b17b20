import { Injectable } from '@nestjs/common';
import { newUuid } from '../../../../core/id.js';
import { stringOf } from '../../../../providers/json.js';
import type { JsonObject } from '../../../../providers/index.js';

import { toMessage } from '../../dialects/messages/messages-answer.js';
import { betasIn, FIELD_NAMES, refuseHeaders, toCanonical } from '../../dialects/messages/messages-request.js';
import { MessagesStream } from '../../dialects/messages/messages-stream.js';
import { Admissions } from '../../pipeline/admissions.service.js';
import type { Call, GatewayRoute } from '../routes.js';
import { messagesBody } from '../schemas.js';
import { CompatibleCalls } from './compatible-calls.service.js';

/** Anthropic's API: its SDK works with another base URL and key, and nothing else changed. */
@Injectable()
export class MessagesRoutes {
  constructor(
    private readonly calls: CompatibleCalls,
    private readonly admissions: Admissions,
  ) {}

  readonly all: readonly GatewayRoute[] = [
    {
      method: 'POST',
      path: '/v1/messages',
      summary: "Anthropic's messages, streamed when `stream` is true; a job by itself unless x-job-id names one",
      dialect: 'anthropic',
      streams: 'when asked',
      body: messagesBody,
      isCall: true,
      handle: (call) => this.create(call),
    },
    {
      method: 'POST',
      path: '/v1/messages/count_tokens',
      summary: 'Roughly how many tokens a message would count; an estimate, for vendors count each in their own way',
      dialect: 'anthropic',
      body: messagesBody,
      handle: (call) => this.count(call),
    },
  ];

  private async create(call: Call): Promise<unknown> {
    const { headers } = call.request;
    refuseHeaders(headers);
    const { model, body, stream } = toCanonical(call.request.body as JsonObject, betasIn(headers));
    const wanted = { operation: 'chat', jobType: 'message', model, body } as const;
    return this.calls.run(call, wanted, {
      names: FIELD_NAMES,
      whole: (completion, { id }) =>
        toMessage(completion, { id: `msg_${id}`, model: stringOf(completion.model) ?? '' }),
      stream: stream ? (facts, { id }) => new MessagesStream({ ...facts, id: `msg_${id}` }) : null,
    });
  }

  private async count({ request, caller }: Call): Promise<unknown> {
    refuseHeaders(request.headers);
    // An answer has a bound, which a question about the prompt need not name.
    const { model, body } = toCanonical({ max_tokens: 1, ...(request.body as JsonObject) }, betasIn(request.headers));
    const what = {
      operation: 'chat',
      stream: false,
      mayFallBack: true,
      timeoutMs: null,
      opens: null,
      jobId: newUuid(),
    } as const;
    const about = { purpose: null, userId: null, metadata: {}, requestId: request.id };
    const { inputEstimate } = await this.admissions.of({ ...what, ...about, id: newUuid(), caller, model, body });
    return { input_tokens: inputEstimate };
  }
}
