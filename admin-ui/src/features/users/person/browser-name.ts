import { text } from '../text.js';

/** Most specific first: browsers name those they descend from. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const;

const SYSTEMS = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const;

const nameIn = (names: readonly (readonly [string, RegExp])[], agent: string): string | undefined =>
  names.find(([, sign]) => sign.test(agent))?.[0];

/** "Firefox on Linux", as far as a client tells; else what it calls itself. */
export function browserName(agent: string | null): string {
  if (!agent) return text.unknownBrowser;
  const browser = nameIn(BROWSERS, agent);
  if (!browser) return agent;
  const system = nameIn(SYSTEMS, agent);
  return system ? text.browserOn(browser, system) : browser;
}
