import { Injectable } from '@nestjs/common';
import { DomainError } from '../../../core/errors.js';
import { Log } from '../../../infra/telemetry/index.js';
import type { StreamEncoder, StreamFacts } from '../dialects/dialect.js';
import type { CallClient, CallRequest } from '../pipeline/call.js';
import { Pipeline } from '../pipeline/pipeline.service.js';
import { EventStream } from './event-stream.js';
import type { Call } from './routes.js';

/** Streams the answer of a call to its client, in the client's dialect. */
@Injectable()
export class Streams {
  constructor(
    private readonly pipeline: Pipeline,
    private readonly log: Log,
  ) {}

  /** @throws DomainError while the client can still be answered with a status; later it is told in the stream */
  async run(call: Call, outgoing: CallRequest, encoderOf: (facts: StreamFacts) => StreamEncoder): Promise<undefined> {
    let encoder: StreamEncoder | null = null;
    const events = new EventStream(call.reply, () => encoder!);
    const admitted: CallClient['admitted'] = (headers, { route, inputEstimate }) => {
      void call.reply.headers(headers);
      encoder = encoderOf({ model: route.alias.name, inputEstimate });
    };
    void call.reply.header('x-call-id', outgoing.id);
    try {
      const remaining: CallClient['remaining'] = (headers) => void call.reply.headers(headers);
      const { end } = await this.pipeline.run(outgoing, { admitted, remaining, signal: events.signal, sink: events });
      await events.end(end);
    } catch (thrown) {
      if (!events.hasStarted) throw thrown;
      const error =
        thrown instanceof DomainError ? thrown : new DomainError('internal', 'Internal error', {}, { cause: thrown });
      if (error.code === 'internal')
        this.log.error('stream failed', { requestId: call.request.id, error: error.cause });
      await events.error(error);
      await events.end();
    }
  }
}

/** A client that waits for the whole answer; its leaving changes nothing. */
export function waiting({ reply }: Call): CallClient {
  const tell = (headers: Readonly<Record<string, string>>): void => void reply.headers(headers);
  return { signal: null, sink: null, admitted: tell, remaining: tell };
}
