/** What a Claude model takes, as far as its name tells and the API's documentation says. */
export interface Traits {
  /** By effort (adaptive), by a budget of tokens, by either, or not at all. */
  readonly thinks: 'adaptive' | 'budget' | 'either' | 'never';
  /** How thinking is switched off: by this type; by leaving the field out; or not at all. */
  readonly off: 'disabled' | 'between_tools' | 'absent' | 'never';
  /** Takes temperature, top_p and top_k. */
  readonly samples: boolean;
  /** Can be made to call a tool. */
  readonly forcesTools: boolean;
  /** Takes a JSON schema for its answer. */
  readonly formats: boolean;
}

/** claude-opus-4-5-20251101, claude-sonnet-5, anthropic.claude-opus-4-6-v1 and the like: family, major, minor. */
const NAME = /claude-([a-z]+)-(\d{1,2})(?:[.-](\d{1,2}))?(?!\d)/i;
/** Names up to 3.7: claude-3-7-sonnet-20250219. */
const OLD_NAME = /claude-(\d)(?:[.-](\d{1,2}))?-([a-z]+)/i;
/** Names without a version: claude-mythos-preview. */
const FAMILY = /claude-([a-z]+)/i;

/** Families that always think. */
const THINKERS = ['fable', 'mythos'];

/**
 * The traits by family and version. A name without a version is taken for a current model that allows everything, so
 * that the vendor judges; only what is known to be refused is refused here, where another target can still be tried.
 */
export function traitsOf(model: string): Traits {
  const { family, at } = read(model);
  const isThinker = THINKERS.includes(family);
  return {
    thinks: at === null ? 'adaptive' : thinksAt(at),
    off: isThinker ? 'never' : offAt(at ?? 500, family),
    samples: !isThinker && (at ?? 0) < 407,
    forcesTools: (at ?? 0) < forcedUntil(family),
    formats: at === null || at >= 401,
  };
}

/** The version as major x 100 + minor; null when the name has none. */
function read(model: string): { readonly family: string; readonly at: number | null } {
  const old = OLD_NAME.exec(model);
  const [, family = old?.[3], major = old?.[1], minor = old?.[2]] = NAME.exec(model) ?? [];
  const at = major === undefined ? null : Number(major) * 100 + Number(minor ?? 0);
  return { family: (family ?? FAMILY.exec(model)?.[1] ?? '').toLowerCase(), at };
}

function thinksAt(at: number): Traits['thinks'] {
  if (at >= 407) return 'adaptive';
  if (at >= 406) return 'either';
  return at >= 307 ? 'budget' : 'never';
}

/** Up to 4.8 a model thinks only when asked to, from 5 on unless it is told not to. */
function offAt(at: number, family: string): Traits['off'] {
  if (at < 500) return 'absent';
  if (at < 505 || family === 'haiku') return 'disabled';
  return family === 'sonnet' ? 'between_tools' : 'never';
}

/** The version from which on a tool cannot be forced. */
function forcedUntil(family: string): number {
  if (THINKERS.includes(family)) return 501;
  return family === 'haiku' ? Infinity : 505;
}
