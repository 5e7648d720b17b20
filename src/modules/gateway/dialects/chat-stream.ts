import type { DomainError } from '../../../core/errors.js';
import { openaiErrorBody, restErrorBody } from '../../../infra/http/index.js';
import type { JsonObject } from '../../../providers/index.js';
import { isObject } from '../../../providers/json.js';
import type { ChargedTokens, StreamEncoder } from './dialect.js';

const event = (body: object): string => `data: ${JSON.stringify(body)}\n\n`;
const DONE = 'data: [DONE]\n\n';

/** Usage in OpenAI's words, of a call whose vendor gave none: what is charged. */
export const chargedUsage = ({ tokensIn, tokensOut }: ChargedTokens): JsonObject => ({
  prompt_tokens: tokensIn,
  completion_tokens: tokensOut,
  total_tokens: tokensIn + tokensOut,
});

/** Sees to it that a stream ends with usage, as clients insist on: where its vendor gave none, with what is charged. */
class LastUsage {
  private latest: JsonObject = {};
  private isTold = false;

  note(chunk: JsonObject): void {
    this.latest = chunk;
    this.isTold ||= isObject(chunk['usage']);
  }

  /** The chunk that is missing; nothing after an error. */
  missing(charged: ChargedTokens | undefined): string {
    if (this.isTold || !charged) return '';
    const { id, created, model } = this.latest;
    return event({ id, object: 'chat.completion.chunk', created, model, choices: [], usage: chargedUsage(charged) });
  }
}

/** The job API streams OpenAI's chunks, usage in the last; an error has the names of both APIs. */
export class JobStream implements StreamEncoder {
  private readonly usage = new LastUsage();

  chunk(chunk: JsonObject): string {
    this.usage.note(chunk);
    return event(chunk);
  }

  error(error: DomainError, requestId: string): string {
    const { detail, ...rest } = restErrorBody(error, requestId);
    return event({ error: { message: detail, type: error.code, ...rest } });
  }

  end(charged?: ChargedTokens): string {
    return this.usage.missing(charged) + DONE;
  }
}

/** chat.completion.chunk as OpenAI sends it; usage only to clients that asked for it. */
export class ChatStream implements StreamEncoder {
  private readonly usage = new LastUsage();

  constructor(private readonly includeUsage: boolean) {}

  chunk(chunk: JsonObject): string {
    this.usage.note(chunk);
    if (this.includeUsage) return event({ ...chunk, usage: chunk.usage ?? null });
    const { usage: _usage, ...rest } = chunk;
    const hasChoices = Array.isArray(rest.choices) && rest.choices.length > 0;
    return hasChoices ? event(rest) : '';
  }

  error(error: DomainError, requestId: string): string {
    return event(openaiErrorBody(error, requestId));
  }

  end(charged?: ChargedTokens): string {
    return (this.includeUsage ? this.usage.missing(charged) : '') + DONE;
  }
}
