/**
 * The one text of a JSON value: RFC 8785, the JSON Canonicalization Scheme. Members are sorted by their UTF-16 code
 * units; numbers and strings are written as ECMAScript writes them.
 * @throws TypeError for what JSON cannot hold: undefined, NaN, a bigint, half of a surrogate pair
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`${typeof value} is no JSON value`);
  const members = value as Record<string, unknown>;
  const names = Object.keys(members).sort();
  return `{${names.map((name) => `${canonicalString(name)}:${canonicalJson(members[name])}`).join(',')}}`;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function canonicalString(text: string): string {
  const json = JSON.stringify(text);
  // JSON.stringify escapes half a pair and leaves whole ones, so that most texts need no second look.
  if (json.includes('\\ud') && LONE_SURROGATE.test(text)) throw new TypeError('half of a surrogate pair is no text');
  return json;
}

/** Null for what is no JSON value, or is nested too deep to be walked: nothing of ours writes that. */
export function canonicalOrNull(value: unknown): string | null {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

/** What PostgreSQL's text cannot hold: the character NUL, and half of a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

/**
 * A value as JSON that the database gives back exactly as it took it, so that its hash can be computed before it is
 * stored: instants and big whole numbers become text, and characters that cannot be stored become U+FFFD.
 */
export function storableJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
  return text === undefined ? null : clean(JSON.parse(text));
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNSTORABLE, '\uFFFD');
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [clean(name) as string, clean(each)]));
}
