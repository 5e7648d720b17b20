import { unsupported } from '../../errors/unsupported.js';
import { isGiven, refuseOthers } from '../../fields.js';
import { isObject } from '../../json.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';
import { GEMINI_2_5, GEMINI_3, GEMINI_4, generationOf } from './generation.js';

/** What Google's own OpenAI-compatible endpoint makes of an effort for Gemini 2.5, in tokens. */
const BUDGETS: Readonly<Record<string, number>> = { minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576 };

/** A budget up to so many tokens is this level. */
const LEVELS = [
  [1_024, 'LOW'],
  [8_192, 'MEDIUM'],
  [Infinity, 'HIGH'],
] as const;

/** The model decides how much it thinks. */
const DYNAMIC = -1;

/**
 * `reasoning_effort` or `thinking` as thinkingConfig. Gemini 2.5 takes a number of tokens, Gemini 3 and later (and names
 * without a version) a level; each is translated to the other. Thoughts are asked for whenever the model is to think. To
 * think not at all is refused where Google's models cannot: Gemini 2.5 Pro and all from Gemini 3 on.
 */
export function thinkingConfigOf(body: JsonObject, model: string): JsonObject | undefined {
  const { reasoning_effort: effort, thinking } = body;
  if (isGiven(effort) && isGiven(thinking)) throw unsupported('thinking', 'cannot be combined with reasoning_effort');
  if (isGiven(effort)) return think(ofEffort(effort, model), 'reasoning_effort', model);
  if (isGiven(thinking)) return think(ofThinking(thinking), 'thinking', model);
  return undefined;
}

/** Null is not at all; a number is a budget in tokens; `effort` is a word of reasoning_effort. */
type Wish = { readonly budget: number } | { readonly effort: string } | null;

function ofEffort(effort: JsonValue, model: string): Wish {
  if (effort === 'none') return null;
  if (effort === 'xhigh' && generationOf(model) >= GEMINI_4) return { effort };
  if (typeof effort === 'string' && Object.hasOwn(BUDGETS, effort)) return { effort };
  throw unsupported('reasoning_effort', 'does not have this value for this model');
}

function ofThinking(thinking: JsonValue): Wish {
  if (!isObject(thinking)) throw unsupported('thinking', 'is not an object');
  refuseOthers(thinking, thinking['type'] === 'enabled' ? ['type', 'budget_tokens'] : ['type'], 'thinking');
  if (thinking['type'] === 'disabled') return null;
  if (thinking['type'] === 'adaptive') return { budget: DYNAMIC };
  if (thinking['type'] !== 'enabled') throw unsupported('thinking.type');
  const budget = thinking['budget_tokens'];
  if (typeof budget === 'number' && Number.isInteger(budget) && budget > 0) return { budget };
  throw unsupported('thinking.budget_tokens', 'is not a number of tokens');
}

function think(wish: Wish, field: string, model: string): JsonObject | undefined {
  const generation = generationOf(model);
  if (wish === null) return silence(field, model);
  if (generation < GEMINI_2_5) throw unsupported(field);
  if (generation < GEMINI_3) return { includeThoughts: true, thinkingBudget: budgetOf(wish) };
  const thinkingLevel = levelOf(wish, model);
  return { includeThoughts: true, ...(thinkingLevel !== null && { thinkingLevel }) };
}

function silence(field: string, model: string): JsonObject | undefined {
  const generation = generationOf(model);
  if (generation < GEMINI_2_5) return undefined;
  if (generation < GEMINI_3 && !/pro/i.test(model)) return { thinkingBudget: 0 };
  throw unsupported(field, 'cannot be switched off for this model');
}

const budgetOf = (wish: NonNullable<Wish>): number =>
  'budget' in wish ? wish.budget : (BUDGETS[wish.effort] ?? DYNAMIC);

function levelOf(wish: NonNullable<Wish>, model: string): string | null {
  if ('effort' in wish) return wish.effort === 'minimal' && !hasMinimal(model) ? 'LOW' : wish.effort.toUpperCase();
  if (wish.budget === DYNAMIC) return null;
  return LEVELS.find(([upTo]) => wish.budget <= upTo)?.[1] ?? null;
}

/** Flash up to 3.6 and Flash-Lite; Pro, later Flash and Gemini 4 begin at LOW. */
function hasMinimal(model: string): boolean {
  const generation = generationOf(model);
  if (generation >= GEMINI_4) return false;
  return /flash-lite/i.test(model) || (/flash/i.test(model) && generation < 307);
}
