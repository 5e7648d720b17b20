import { isIP } from 'node:net';

/** Reads one value; returns it, or a complaint about this very value (never repeating a secret). */
export type Reader<T> = (text: string) => { value: T } | { problem: string };

export interface Setting<T> {
  readonly name: string;
  readonly about: string;
  /** The rule in words, shown when a value breaks it. */
  readonly rule: string;
  /** What holds when the variable is unset or empty; null when the program decides at start. */
  readonly fallback: T | null;
  /** The fallback as documentation shows it. */
  readonly shown: string;
  readonly read: Reader<T>;
}

const ok = <T>(value: T): { value: T } => ({ value });
const bad = (problem: string): { problem: string } => ({ problem });

export function oneOf<T extends string>(values: readonly T[]): Reader<T> {
  return (text) => {
    const found = values.find((each) => each === text.toLowerCase());
    return found === undefined ? bad(`'${text}' is none of them`) : ok(found);
  };
}

export function wholeNumber(from: number, to: number): Reader<number> {
  return (text) => {
    if (!/^\d+$/.test(text)) return bad(`'${text}' is not a whole number`);
    const value = Number(text);
    return value < from || value > to ? bad(`${text} is out of range`) : ok(value);
  };
}

export function url(protocols: readonly string[], shape: 'keep' | 'origin'): Reader<string> {
  return (text) => {
    const parsed = URL.canParse(text) ? new URL(text) : null;
    if (!parsed) return bad('it is not a URL');
    if (!protocols.includes(parsed.protocol)) return bad(`its scheme is '${parsed.protocol.slice(0, -1)}'`);
    return ok(shape === 'origin' ? parsed.origin : text);
  };
}

export const secretOf =
  (minLength: number): Reader<string> =>
  (text) =>
    text.length < minLength ? bad(`it has ${text.length} characters`) : ok(text);

export const hostName: Reader<string> = (text) =>
  isIP(text) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? ok(text) : bad(`'${text}' is neither`);

const ALLOW_ITEM = /^[a-z0-9[\]:.-]+(\/\d{1,3})?$/i;
export const allowList: Reader<readonly string[]> = (text) => {
  const items = text.split(/[\s,]+/).filter((each) => each !== '');
  const wrong = items.find((each) => !ALLOW_ITEM.test(each));
  return wrong === undefined ? ok(Object.freeze(items)) : bad(`'${wrong}' is neither a host nor a CIDR`);
};

export const SWITCH = ['on', 'off'] as const;

/** Text that has the form of the pattern. */
export const matching =
  (pattern: RegExp): Reader<string> =>
  (text) =>
    pattern.test(text) ? ok(text) : bad(`'${text}' is not of this form`);

/** Items of one form, separated by commas or spaces. */
export const listOf =
  (test: (item: string) => boolean): Reader<readonly string[]> =>
  (text) => {
    const items = text.split(/[\s,]+/).filter((each) => each !== '');
    const wrong = items.find((each) => !test(each));
    return wrong === undefined ? ok(Object.freeze(items)) : bad(`'${wrong}' is not of this form`);
  };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An https URL without a slash at its end; plain http only within this machine. */
export const serviceUrl: Reader<string> = (text) => {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (!parsed) return bad('it is not a URL');
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && LOOPBACK.test(parsed.hostname)))
    return bad('it is neither https nor on this machine');
  if (parsed.username || parsed.password || parsed.search || parsed.hash)
    return bad('it has more than a host and a path');
  return ok(parsed.href.replace(/\/+$/, ''));
};

/** An IP address, or a range of them such as 10.0.0.0/8. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
