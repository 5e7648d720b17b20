import { describe, expect, it } from '@jest/globals';
import { classesIn, fallbackName, PRICE_CLASSES, priceForm, priceProblems, typedPrices } from './prices.js';

const typed = (prices: Partial<Record<(typeof PRICE_CLASSES)[number], string>>) => ({ ...priceForm(null), ...prices });

describe('prices as they are typed', () => {
  it('keep every digit, and leave out what is empty', () => {
    expect(typedPrices(typed({ input: ' 0.000000001 ', output: '12', reasoning: '  ' }))).toEqual({
      input: '0.000000001',
      output: '12',
    });
    expect(typedPrices(typed({ output: ' ' }))).toBeNull();
  });

  it('begin with the prices there are', () => {
    const prices = { ...Object.fromEntries(PRICE_CLASSES.map((each) => [each, null])), input: '3' };
    expect(priceForm(prices as never)).toMatchObject({ input: '3', output: '' });
  });

  it.each(['0', '0.15', '100000000', '100000000.000000000', '.5'.padStart(3, '0')])('take %s', (price) => {
    expect(priceProblems(typed({ input: price }))).toEqual({});
  });

  it.each(['-1', '1e3', '1,5', '1.', '.5', '$2', '0.0000000001', '1234567890', 'free'])('refuse %s', (price) => {
    expect(priceProblems(typed({ cachedRead: price })).cachedRead).toMatch(/^Dollars such as/);
  });

  it('refuse more than a hundred million dollars', () => {
    expect(priceProblems(typed({ output: '100000000.000000001' })).output).toMatch(/^At most/);
  });
});

describe('classes', () => {
  it('are those that any book has, input and output always', () => {
    const book = { ...typed({}), audioIn: '40' };
    expect(classesIn(null, book)).toEqual(['input', 'output', 'audioIn']);
    expect(classesIn(undefined)).toEqual(['input', 'output']);
  });

  it('say what holds in place of a price of their own', () => {
    expect(fallbackName('cachedRead')).toBe('as input');
    expect(fallbackName('reasoning')).toBe('as output');
    expect(fallbackName('request')).toBe('No price');
    expect(fallbackName('input')).toBe('No price');
  });
});
