import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../core/clock.js';
import { stringOf } from '../../../../providers/json.js';
import type { JsonObject } from '../../../../providers/index.js';
import { toResponse } from '../../dialects/responses/responses-answer.js';
import { FIELD_NAMES, toCanonical } from '../../dialects/responses/responses-request.js';
import { ResponsesStream } from '../../dialects/responses/responses-stream.js';
import type { Call, GatewayRoute } from '../routes.js';
import { responsesBody } from '../schemas.js';
import { CompatibleCalls } from './compatible-calls.service.js';

/** OpenAI's Responses API. Nothing is stored, so what would need a stored response is refused by name. */
@Injectable()
export class ResponsesRoutes {
  constructor(
    private readonly calls: CompatibleCalls,
    private readonly clock: Clock,
  ) {}

  readonly all: readonly GatewayRoute[] = [
    {
      method: 'POST',
      path: '/v1/responses',
      summary: "OpenAI's Responses API, streamed when `stream` is true; a job by itself unless x-job-id names one",
      dialect: 'openai',
      streams: 'when asked',
      body: responsesBody,
      isCall: true,
      handle: (call) => this.create(call),
    },
  ];

  private create(call: Call): Promise<unknown> {
    const request = call.request.body as JsonObject;
    const { model, body, stream } = toCanonical(request);
    const wanted = { operation: 'chat', jobType: 'response', model, body } as const;
    const createdAtUnixSeconds = Math.floor(this.clock.nowMs() / 1_000);
    const factsOf = (callId: string, alias: string) => ({
      ...{ id: `resp_${callId.replaceAll('-', '')}`, model: alias, request, createdAtUnixSeconds },
    });
    return this.calls.run(call, wanted, {
      names: FIELD_NAMES,
      whole: (completion, { id }) => toResponse(completion, factsOf(id, stringOf(completion.model) ?? '')),
      stream: stream ? (facts, { id }) => new ResponsesStream(factsOf(id, facts.model)) : null,
    });
  }
}
