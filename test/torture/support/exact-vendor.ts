import { plain } from '../../../src/providers/simulator/answer.js';
import { startVendorServer, type VendorServer } from '../../support/vendor-server.js';

const MARK = /bill (\d{6})/;

/** A text of equal length for every number of tokens. */
export const billFor = (promptTokens: number, index: number): string =>
  `bill ${String(promptTokens).padStart(6, '0')} for call ${String(index).padStart(6, '0')}`;

/**
 * A vendor that bills each call for as many tokens of input as its message says, and for as many of output as it may
 * give: told the input bound of the gateway, what was held for a call is what it costs.
 */
export function startExactVendor(): Promise<VendorServer> {
  return startVendorServer({
    models: ['vendor-model'],
    intercept: ({ json, body }) => {
      const completionTokens = Number(json?.['max_completion_tokens'] ?? json?.['max_tokens'] ?? 0);
      const promptTokens = Number(MARK.exec(body)?.[1] ?? 0);
      const usage = { prompt_tokens: promptTokens, completion_tokens: completionTokens };
      const choices = [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }];
      const answer = { id: 'exact', object: 'chat.completion', created: 1, model: 'vendor-model', choices, usage };
      return plain(200, { 'content-type': 'application/json' }, JSON.stringify(answer));
    },
  });
}
