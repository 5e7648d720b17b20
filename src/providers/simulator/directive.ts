import { invalid } from '../../core/errors.js';

/** Numbers that a directive takes, each from 0 to its bound. */
const NUMBERS = Object.freeze({
  /** Answer with this HTTP status and an error in OpenAI's shape (200 changes nothing). */
  status: 599,
  /** Seconds in the retry-after header of such an error. */
  retry_after: 86_400,
  /** Wait before the headers. */
  delay_ms: 600_000,
  /** Pause between two chunks of a stream. */
  pace_ms: 600_000,
  /** Lose the connection after so many chunks of a stream; a whole answer loses it half way. */
  cut_after: 100_000,
  /** Length of the text of each choice; max_tokens still bounds it. */
  tokens: 100_000,
  /** Prompt tokens reported as read from the cache, at most all of them. */
  cached_tokens: 1_000_000,
  /** Reasoning tokens reported inside completion_tokens; they come out of max_tokens first. */
  reasoning_tokens: 100_000,
});

/** Words that a directive takes. */
const FLAGS = [
  /** Something that is not JSON; a stream breaks after two good chunks. */
  'garbage',
  /** A web page, as a broken proxy sends it; also with `status`. */
  'html',
  /** Headers and no body; also with `status`. */
  'empty',
  /** Status 200 with {"error"} inside; a stream breaks with it after two good chunks. */
  'error',
  'no_usage',
  'zero_usage',
  /** Impossible usage: a negative and a text. */
  'wrong_usage',
  /** Never go on: a stream after its first chunk (or after `cut_after`), a whole answer before its headers. */
  'stall',
  /** End a stream properly on the wire (after `cut_after` if given) but without finish_reason and [DONE]. */
  'no_done',
] as const;

export type DirectiveNumber = keyof typeof NUMBERS;
export type DirectiveFlag = (typeof FLAGS)[number];

export interface Directive {
  readonly numbers: Readonly<Partial<Record<DirectiveNumber, number>>>;
  readonly flags: ReadonlySet<DirectiveFlag>;
}

const DIRECTIVE = /\[simulate\b([^\][]{0,500})\]/g;

export const withoutDirectives = (text: string): string => text.replace(DIRECTIVE, '').replace(/\s+/g, ' ').trim();

/**
 * Faults asked for in a message, as `[simulate status=503 delay_ms=200]`. `model=name` makes a directive count only for
 * calls of that vendor model, so that one message can fail the first target and not the second. Several directives add
 * up. A word that does not exist throws invalid_request.
 */
export function parseDirective(message: string, model: string): Directive {
  const numbers: Partial<Record<DirectiveNumber, number>> = {};
  const flags = new Set<DirectiveFlag>();
  for (const [, words = ''] of message.matchAll(DIRECTIVE)) {
    const parts = words.trim().split(/\s+/).filter(Boolean);
    const only = parts.find((each) => each.startsWith('model='));
    if (only !== undefined && only !== `model=${model}`) continue;
    for (const part of parts) if (part !== only) readWord(part, numbers, flags);
  }
  return { numbers, flags };
}

function readWord(word: string, numbers: Partial<Record<DirectiveNumber, number>>, flags: Set<DirectiveFlag>): void {
  const flag = FLAGS.find((each) => each === word);
  if (flag) {
    flags.add(flag);
    return;
  }
  const [name = '', value = ''] = word.split('=', 2);
  const known = Object.hasOwn(NUMBERS, name) ? (name as DirectiveNumber) : null;
  if (
    known === null ||
    !/^\d{1,9}$/.test(value) ||
    Number(value) > NUMBERS[known] ||
    (name === 'status' && +value < 200)
  )
    throw invalid('simulate', `'${word}' is not something the simulator can do`);
  numbers[known] = Number(value);
}
