import { Text, VisuallyHidden } from '@mantine/core';
import { count, money } from '../../lib/format.js';
import { Money } from '../values.js';
import { fallbackName, type PriceClass, type Prices } from './prices.js';
import { text } from './text.js';

const MARK = '+';

/** Says beside a price that long prompts have another one, and which. */
function TierMark({ words }: { words: string }) {
  return (
    <>
      <Text span inherit c="dimmed" title={words} aria-hidden>
        {MARK}
      </Text>
      <VisuallyHidden>{words}</VisuallyHidden>
    </>
  );
}

/** "Above 200,000 prompt tokens $2.50" for each tier that has a price for the class. */
const tierWords = (prices: Partial<Prices>, of: PriceClass): string =>
  (prices.tiers ?? [])
    .flatMap((tier) => {
      const usd = tier.prices[of];
      return usd ? [`${text.tierAbove(count(tier.abovePromptTokens))} ${money(usd)}`] : [];
    })
    .join(', ');

/** US dollars per million units of a class, or what holds in its place; marked where long prompts cost otherwise. */
export function Price({ prices, of }: { prices: Partial<Prices> | null | undefined; of: PriceClass }) {
  const usd = prices?.[of];
  const words = prices ? tierWords(prices, of) : '';
  return (
    <>
      {usd ? (
        <Money usd={usd} />
      ) : (
        <Text span inherit c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {fallbackName(of)}
        </Text>
      )}
      {words && <TierMark words={words} />}
    </>
  );
}
