import { Text } from '@mantine/core';
import { Money } from '../values.js';
import { fallbackName, type PriceClass, type Prices } from './prices.js';

/** US dollars per million units of a class, or what holds in its place. */
export function Price({ prices, of }: { prices: Partial<Prices> | null | undefined; of: PriceClass }) {
  const usd = prices?.[of];
  return usd ? (
    <Money usd={usd} />
  ) : (
    <Text span inherit c="dimmed" style={{ whiteSpace: 'nowrap' }}>
      {fallbackName(of)}
    </Text>
  );
}
