import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Comparison, kindsOf, type Outcome, SdkCalls } from '../support/sdk-calls.js';
import { NESTED_CHAT } from '../support/sdk-nested-chat.js';
import { NESTED_MESSAGES } from '../support/sdk-nested-messages.js';
import { NESTED_RESPONSES } from '../support/sdk-nested-responses.js';
import {
  another,
  type Nested,
  type NestedSample,
  type Place,
  placesOf,
  plainPath,
  Surroundings,
} from '../support/sdk-places.js';
import { type Kind, METHODS } from '../support/sdk-samples.js';
import { shapeOf } from '../support/sdk-shapes.js';

const NESTED = {
  'chat.completions.create': NESTED_CHAT,
  'responses.create': NESTED_RESPONSES,
  'messages.create': NESTED_MESSAGES,
} as const;
type Method = keyof typeof NESTED;

let app: TestApp;
let calls: SdkCalls;

beforeAll(async () => {
  app = await startTestApp({ listen: true, env: { LOG_LEVEL: 'silent' } });
  calls = await SdkCalls.start(app);
});

afterAll(async () => {
  await app.close();
  await calls.close();
});

const isIn = (path: string, outer: string): boolean => path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);

/** The places that are looked at one by one. */
const judged = (places: readonly Place[], { refused, skipped = [] }: Nested): Place[] =>
  places.filter(({ path }) => ![...refused, ...skipped].some((outer) => isIn(path, outer)));

/** Whether a refusal names one of the paths, or something within it. */
function names({ status, field }: Outcome, paths: readonly string[]): boolean {
  const said = plainPath(field ?? '');
  return status === 422 && paths.some((path) => said === path || said.startsWith(`${path}.`));
}

/** Whether it names something that one of the paths lies in, or what tells that apart from its like. */
function namesAround({ status, field }: Outcome, paths: readonly string[]): boolean {
  const said = plainPath(field ?? '').replace(/\.(type|role)$/, '');
  return status === 422 && said !== '' && paths.some((path) => `${path}.`.startsWith(`${said}.`));
}

class Judge {
  private readonly comparison: Comparison;
  private readonly surroundings: Surroundings;

  constructor(
    private readonly method: Method,
    private readonly kind: Kind,
  ) {
    this.comparison = new Comparison((parameters) => calls.send(method, kind, parameters));
    this.surroundings = new Surroundings(shapeOf(METHODS[method].type), NESTED[method]);
  }

  /** What is wrong with the treatment of a name; null when the vendor or the client is told of it. */
  async problemOf({ path, isRequired }: Place): Promise<string | null> {
    const sample = NESTED[this.method].samples[path];
    if (!sample) return `${path} has no sample: say in sdk-nested-*.ts what asks for something`;
    const isAlways = isRequired || sample.isNeeded === true;
    const without = await this.send(path, isAlways ? another(sample) : undefined);
    const given = await this.send(path, sample.value);
    const own = this.namesOf(path);
    if (names(given, own)) return null;
    if (without.status !== 200) {
      const isNamed = namesAround(without, own) || names(without, own) || this.namesBeside(without, path);
      return isNamed ? null : `${path} cannot be judged: ${told(without)}`;
    }
    if (given.status !== 200) return `${path}: ${told(given)}`;
    return this.isHeard(sample, given, without) ? null : `${path} is dropped: nobody is told of it`;
  }

  private isHeard({ met, shows }: NestedSample, given: Outcome, without: Outcome): boolean {
    if (given.sent !== without.sent || met?.[this.kind] !== undefined) return true;
    return shows !== undefined && shows.test(given.answer) && !shows.test(without.answer);
  }

  /** The same of what is refused as a whole. */
  async acceptanceOf(path: string): Promise<string | null> {
    const { samples } = METHODS[this.method];
    const own = NESTED[this.method].samples[path]?.value;
    const top = (samples as Readonly<Record<string, { value: unknown }>>)[path]?.value;
    const outcome = await (top === undefined
      ? this.send(path, own)
      : calls.send(this.method, this.kind, { [path]: top }));
    const paths = this.namesOf(path);
    return names(outcome, paths) || namesAround(outcome, paths) ? null : `${path} is not refused: ${told(outcome)}`;
  }

  /** What a place is called: by the dialect, and by adapters, which know its canonical name. */
  private namesOf(path: string): readonly string[] {
    const { told: words = [] }: Nested = NESTED[this.method];
    const own = plainPath(path);
    return [own, words.reduce((said, [from, to]) => said.replace(from, to), own)];
  }

  /** Whether what the place cannot do without is refused itself. */
  private namesBeside(outcome: Outcome, path: string): boolean {
    return Object.keys(this.surroundings.contextOf(path).beside ?? {}).some((name) => names(outcome, [name]));
  }

  private send(path: string, value: unknown): Promise<Outcome> {
    return this.comparison.with(this.surroundings.of(path, value));
  }
}

const told = ({ status, field, answer }: Outcome): string => `${status} ${field ?? ''} ${answer.slice(0, 200)}`;

describe.each(Object.keys(NESTED) as Method[])('names within the parameters of %s', (method) => {
  const nested = NESTED[method];

  it('have a sample each, or stand in something that is refused as a whole; and no other has', () => {
    const places = placesOf(shapeOf(METHODS[method].type)).map(({ path, ...rest }) => ({ path, ...rest }));
    expect(Object.keys(nested.samples).sort()).toEqual(
      judged(places, nested)
        .map(({ path }) => path)
        .sort(),
    );
    for (const outer of [...nested.refused, ...(nested.skipped ?? [])])
      expect([outer, places.some(({ path }) => isIn(path, outer))]).toEqual([outer, true]);
  });

  it.each(kindsOf(method))('are forwarded, translated or refused by their paths; to %s', async (kind) => {
    const judge = new Judge(method, kind);
    const problems: (string | null)[] = [];
    // One after the other, since a call is recognized by being the vendor's last.
    for (const place of judged(placesOf(shapeOf(METHODS[method].type)), nested))
      problems.push(await judge.problemOf(place));
    for (const path of nested.refused) problems.push(await judge.acceptanceOf(path));
    expect(problems.filter((each) => each !== null)).toEqual([]);
  });
});
