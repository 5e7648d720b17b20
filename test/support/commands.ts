export interface Command {
  /** A script of package.json, or a file of scripts/. */
  readonly kind: 'npm' | 'node';
  readonly name: string;
  /** As the page has it. */
  readonly text: string;
}

const NPM = String.raw`npm(?: --?[\w-]+)* (?:(?:run|run-script) (?<script>[\w:-]+)|(?<short>start|test|stop)\b)`;
const NODE = String.raw`node(?: --?[\w-]+)* (?:\./)?(?<file>scripts/[\w./-]*\w)`;
const COMMAND = new RegExp(`\\b(?:${NPM}|${NODE})`, 'g');

/** Commands of this repository that a page tells its reader to run, in order. */
export function commandsIn(page: string): Command[] {
  return [...page.matchAll(COMMAND)].map((match) => {
    const { script, short, file } = match.groups!;
    const name = script ?? short ?? file!;
    return { kind: file ? 'node' : 'npm', name, text: match[0] };
  });
}
