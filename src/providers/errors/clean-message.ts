/** Longest message that reaches a client, in UTF-16 units. */
export const MAX_MESSAGE_CHARS = 500;
/** What is looked at before cutting, so that no pattern below ever scans a large body. */
const MAX_SCANNED_CHARS = 4_000;

const HOST_ENDINGS =
  'com|net|org|io|ai|dev|cloud|app|co|gov|edu|info|biz|tech|internal|local|localdomain|intranet|corp|lan|home|private|' +
  'arpa|svc|cluster|test|example|invalid|localhost';

/** What is replaced, in this order: a URL may hold a key, a host may hold an address. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/<[a-z!/][^>]*>/gi, ' '],
  [/<(?=[a-z!/])/gi, ' '],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'`<>)\]}]+/gi, '[url]'],
  [/\barn:[^\s"',;)]+/gi, '[account]'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*/g, '[account]'],
  [/\b(?:bearer|basic)\s+[\w.~+/=*-]{3,}/gi, '[redacted]'],
  [/\b((?:x-)?api[-_ ]?key|authorization|password|secret|token)(\s*[:=]\s*)["']?[^\s"',;]{3,}/gi, '$1$2[redacted]'],
  [
    /\b(?:sk|pk|rk|gsk|xai|nvapi|hf|r8|ghp|glpat|pplx|AIza|AKIA|ASIA|ya29|eyJ)[-_.]?[\w.*-]*[\d*][\w.*-]*/g,
    '[redacted]',
  ],
  [/\b(?:sk|pk|rk|gsk)[-_][\w.*-]+/gi, '[redacted]'],
  [/\b(?:org|proj|acct|account|user|team|tenant|ws)[-_](?=[\w-]*\d|[\w-]{8})[\w-]{4,}/gi, '[account]'],
  [/\b(?:projects|subscriptions|accounts|organizations|tenants)\/[\w.-]+/gi, '[account]'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '[id]'],
  [/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.]*\d)/g, '[address]'],
  [/(?<![\w:])\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]{0,15}(?:%\w+)?\]?(?::\d+)?/gi, '[address]'],
  [new RegExp(`(?<![\\w.])(?:[a-z0-9_-]+\\.)+(?:${HOST_ENDINGS})\\.?(?::\\d+)?(?![\\w-])`, 'gi'), '[host]'],
  [/(?<![\w.])(?:[a-z0-9-]*[a-z][a-z0-9-]*\.){2,}(?!id\b)[a-z]{2}(?::\d+)?(?![\w-])/gi, '[host]'],
  [/(?<![\w.])(?:localhost\b(?::\d+)?|[a-z][a-z0-9-]*:\d{2,5}(?!\d))/gi, '[host]'],
  [/(?<![\w\]])\/(?:[\w.-]+\/)+[\w.-]+/g, '[path]'],
  [/\b\d{12,}\b/g, '[id]'],
  [/\b(?=[A-Za-z_]*\d)(?=\d*[A-Za-z])[A-Za-z0-9_+/=]{24,}/g, '[redacted]'],
];

/** A head of bounded length that ends between words, so that no key is cut into a half that no pattern knows. */
function head(text: string): string {
  if (text.length <= MAX_SCANNED_CHARS) return text;
  const cut = text.slice(0, MAX_SCANNED_CHARS);
  return cut.slice(0, Math.max(cut.search(/\s\S*$/), 0));
}

/**
 * A vendor's words made fit for a client: no markup, key, address, host, path or account id, at most
 * MAX_MESSAGE_CHARS long. It errs on the side of cutting too much.
 */
export function cleanMessage(text: string): string {
  let clean = head(text)
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Cc}+/gu, ' ');
  for (const [pattern, replacement] of RULES) clean = clean.replace(pattern, replacement);
  clean = clean.replace(/\s+/g, ' ').trim();
  return clean.length <= MAX_MESSAGE_CHARS ? clean : `${clean.slice(0, MAX_MESSAGE_CHARS - 3)}...`;
}
