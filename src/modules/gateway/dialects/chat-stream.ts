import type { DomainError } from '../../../core/errors.js';
import { openaiErrorBody, restErrorBody } from '../../../infra/http/index.js';
import type { JsonObject } from '../../../providers/index.js';
import type { StreamEncoder } from './dialect.js';

const event = (body: object): string => `data: ${JSON.stringify(body)}\n\n`;
const DONE = 'data: [DONE]\n\n';

/** The job API streams OpenAI's chunks, usage in the last; an error has the names of both APIs. */
export class JobStream implements StreamEncoder {
  chunk(chunk: JsonObject): string {
    return event(chunk);
  }

  error(error: DomainError, requestId: string): string {
    const { detail, ...rest } = restErrorBody(error, requestId);
    return event({ error: { message: detail, type: error.code, ...rest } });
  }

  end(): string {
    return DONE;
  }
}

/** chat.completion.chunk as OpenAI sends it; usage only to clients that asked for it. */
export class ChatStream implements StreamEncoder {
  constructor(private readonly includeUsage: boolean) {}

  chunk(chunk: JsonObject): string {
    if (this.includeUsage) return event({ ...chunk, usage: chunk.usage ?? null });
    const { usage: _usage, ...rest } = chunk;
    const hasChoices = Array.isArray(rest.choices) && rest.choices.length > 0;
    return hasChoices ? event(rest) : '';
  }

  error(error: DomainError, requestId: string): string {
    return event(openaiErrorBody(error, requestId));
  }

  end(): string {
    return DONE;
  }
}
