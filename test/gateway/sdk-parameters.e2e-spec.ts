import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Comparison, kindsOf, type Outcome, SdkCalls } from '../support/sdk-calls.js';
import { type Kind, type Method, METHODS, type Sample, type Samples } from '../support/sdk-samples.js';
import { propertiesOf } from '../support/sdk-types.js';

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

/** What is wrong with the treatment of a parameter; null when the vendor or the client is told of it. */
async function problemOf(method: Method, kind: Kind, name: string, comparison: Comparison): Promise<string | null> {
  const sample = samplesOf(method)[name];
  if (!sample) return `${name} has no sample: say in sdk-samples.ts what asks for something`;
  const { value, beside = {}, met } = sample;
  const without = await comparison.with(beside);
  if (without.status !== 200) return `${name} cannot be judged: ${without.answer}`;
  const given = await calls.send(method, kind, { ...beside, [name]: value });
  if (given.status !== 200)
    return isRefusedByName(name, given) || isRefusedByValue(value, given) ? null : `${name}: ${given.answer}`;
  if (given.sent !== without.sent || met?.[kind] !== undefined || isShown(sample, given, without)) return null;
  if (method !== 'messages.countTokens') return `${name} is dropped: nobody is told of it`;
  if (given.answer !== without.answer) return null;
  // No vendor is asked, and not everything changes an estimate; but everything is read.
  const nonsense = await calls.send(method, kind, { ...beside, [name]: { nonsense: true } });
  return isRefusedByName(name, nonsense) ? null : `${name} is not even read`;
}

const samplesOf = (method: Method): Samples => METHODS[method].samples;

const isShown = ({ shows }: Sample, given: Outcome, without: Outcome): boolean =>
  shows !== undefined && shows.test(given.answer) && !shows.test(without.answer);

/** By its own name, or by that of something within it. */
const isRefusedByName = (name: string, { status, field }: Outcome): boolean =>
  status === 422 && new RegExp(`^${name}(\\.|\\[|$)`).test(field ?? '');

/** An alias that does not exist is told as such. */
const isRefusedByValue = (value: unknown, { status, answer }: Outcome): boolean =>
  status === 404 && typeof value === 'string' && answer.includes(`'${value}'`);

describe.each(Object.keys(METHODS) as Method[])('%s', (method) => {
  it('has a sample for each parameter that the SDK has, and for no other', () => {
    expect(Object.keys(samplesOf(method)).sort()).toEqual(propertiesOf(METHODS[method].type).sort());
  });

  it.each(kindsOf(method))('forwards, translates or refuses each by its name; to %s', async (kind) => {
    const comparison = new Comparison((parameters) => calls.send(method, kind, parameters));
    const problems: (string | null)[] = [];
    // One after the other, since a call is recognized by being the vendor's last.
    for (const name of propertiesOf(METHODS[method].type))
      problems.push(await problemOf(method, kind, name, comparison));
    expect(problems.filter((each) => each !== null)).toEqual([]);
  });
});
