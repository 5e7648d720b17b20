import { unsupported } from '../errors/unsupported.js';
import { isGiven, mustBeObject, refuseOthers } from '../fields.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import type { Traits } from './models.js';

/** The smallest budget that the API takes. */
const MIN_BUDGET_TOKENS = 1_024;

/** Our words for output_config.effort. Anthropic has none below low, which is its least. */
const EFFORTS: Readonly<Record<string, string>> = Object.freeze({
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
});

/** Hundredths of max_tokens that each effort may think, for models that take only a budget. */
const SHARES: Readonly<Record<string, number>> = Object.freeze({
  minimal: 10,
  low: 20,
  medium: 50,
  high: 80,
  xhigh: 95,
  max: 95,
});

/** What goes into the body: `thinking`, and the effort of `output_config`. */
export interface Thinking {
  readonly thinking?: JsonObject;
  readonly effort?: string;
}

interface Asked {
  readonly body: JsonObject;
  readonly traits: Traits;
  readonly maxTokens: number;
}

/** Reads `thinking` and `reasoning_effort`. Both together are one wish only when thinking is adaptive. */
export function thinkingOf(asked: Asked): Thinking {
  const { thinking, reasoning_effort: effort } = asked.body;
  if (!isGiven(thinking)) return isGiven(effort) ? byEffort(effort, asked) : {};
  const config = mustBeObject(thinking, 'thinking');
  const { type } = config;
  if (isGiven(effort) && (type !== 'adaptive' || effort === 'none'))
    throw unsupported('reasoning_effort', "cannot stand beside 'thinking'");
  if (type === 'disabled') return switchedOff(config, asked.traits);
  if (type === 'enabled') return withBudget(config, asked);
  if (type !== 'adaptive') throw unsupported('thinking.type');
  if (asked.traits.thinks !== 'adaptive' && asked.traits.thinks !== 'either') throw unsupported('thinking.type');
  refuseOthers(config, ['type', 'display'], 'thinking');
  const by = isGiven(effort) ? byEffort(effort, asked) : {};
  return { ...by, thinking: { type: 'adaptive', ...displayOf(config) } };
}

/**
 * Models from 4.6 on take the word as output_config.effort. The ones before take a budget: max(1024, floor(max_tokens x
 * share)), where share is 10 % for minimal, 20 % low, 50 % medium, 80 % high, 95 % xhigh; the rest is left to answer.
 * The summary is asked for, since newer models leave it out, and a cut stream is charged by what was seen of it.
 */
function byEffort(effort: JsonValue, { traits, maxTokens }: Asked): Thinking {
  if (effort === 'none') return switchedOff({ type: 'disabled' }, traits, 'reasoning_effort');
  const known = typeof effort === 'string' && Object.hasOwn(EFFORTS, effort) ? effort : null;
  if (known === null || traits.thinks === 'never') throw unsupported('reasoning_effort');
  if (traits.thinks !== 'budget') {
    if (known === 'xhigh' && traits.thinks === 'either') throw unsupported('reasoning_effort');
    return { thinking: { type: 'adaptive', display: 'summarized' }, effort: EFFORTS[known]! };
  }
  const budget = Math.max(MIN_BUDGET_TOKENS, Math.floor((maxTokens * SHARES[known]!) / 100));
  if (budget >= maxTokens) throw unsupported('reasoning_effort', `needs more than ${MIN_BUDGET_TOKENS} output tokens`);
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

function withBudget(config: JsonObject, { traits, maxTokens }: Asked): Thinking {
  refuseOthers(config, ['type', 'budget_tokens', 'display'], 'thinking');
  if (traits.thinks !== 'budget' && traits.thinks !== 'either') throw unsupported('thinking.budget_tokens');
  const budget = config['budget_tokens'];
  if (typeof budget !== 'number' || !Number.isInteger(budget) || budget < MIN_BUDGET_TOKENS || budget >= maxTokens)
    throw unsupported(
      'thinking.budget_tokens',
      `must be a whole number from ${MIN_BUDGET_TOKENS} to below the output bound of ${maxTokens} tokens`,
    );
  return { thinking: { type: 'enabled', budget_tokens: budget, ...displayOf(config) } };
}

function switchedOff(config: JsonObject, traits: Traits, field = 'thinking.type'): Thinking {
  refuseOthers(config, ['type'], 'thinking');
  if (traits.off === 'never') throw unsupported(field, 'cannot switch off the thinking of this model');
  return traits.off === 'absent' ? {} : { thinking: { type: traits.off } };
}

function displayOf(config: JsonObject): JsonObject {
  const { display } = config;
  if (!isGiven(display)) return {};
  if (display !== 'summarized' && display !== 'omitted') throw unsupported('thinking.display');
  return { display };
}
