import { above, CAN, type VendorPrices } from './vendor-prices.js';

/** A cache write for an hour costs twice what input costs, by the rule of the page. */
export const ANTHROPIC: readonly VendorPrices[] = [
  {
    kinds: ['anthropic'],
    source: 'Claude API pricing',
    asOf: '2026-08-21',
    models: [
      [
        'claude-fable-5',
        1_000_000,
        128_000,
        CAN.all,
        { input: '10', cached_read: '1', cache_write: '12.5', cache_write_1h: '20', output: '50' },
      ],
      [
        'claude-opus-4-8',
        1_000_000,
        128_000,
        CAN.all,
        { input: '5', cached_read: '0.5', cache_write: '6.25', cache_write_1h: '10', output: '25' },
      ],
      [
        'claude-opus-4-7',
        1_000_000,
        128_000,
        CAN.all,
        { input: '5', cached_read: '0.5', cache_write: '6.25', cache_write_1h: '10', output: '25' },
      ],
      [
        'claude-opus-4-6',
        1_000_000,
        128_000,
        CAN.all,
        { input: '5', cached_read: '0.5', cache_write: '6.25', cache_write_1h: '10', output: '25' },
      ],
      [
        'claude-opus-4-5',
        200_000,
        64_000,
        CAN.all,
        { input: '5', cached_read: '0.5', cache_write: '6.25', cache_write_1h: '10', output: '25' },
      ],
      [
        'claude-opus-4-5-20251101',
        200_000,
        64_000,
        CAN.all,
        { input: '5', cached_read: '0.5', cache_write: '6.25', cache_write_1h: '10', output: '25' },
      ],
      [
        'claude-sonnet-5',
        1_000_000,
        128_000,
        CAN.all,
        { input: '3', cached_read: '0.3', cache_write: '3.75', cache_write_1h: '6', output: '15' },
      ],
      [
        'claude-sonnet-4-6',
        1_000_000,
        64_000,
        CAN.all,
        { input: '3', cached_read: '0.3', cache_write: '3.75', cache_write_1h: '6', output: '15' },
      ],
      [
        'claude-sonnet-4-5',
        200_000,
        64_000,
        CAN.all,
        {
          ...{ input: '3', cached_read: '0.3', cache_write: '3.75', cache_write_1h: '6', output: '15' },
          ...above(200_000, {
            ...{ input: '6', cached_read: '0.6', cache_write: '7.5', cache_write_1h: '12', output: '22.5' },
          }),
        },
      ],
      [
        'claude-sonnet-4-5-20250929',
        200_000,
        64_000,
        CAN.all,
        {
          ...{ input: '3', cached_read: '0.3', cache_write: '3.75', cache_write_1h: '6', output: '15' },
          ...above(200_000, {
            ...{ input: '6', cached_read: '0.6', cache_write: '7.5', cache_write_1h: '12', output: '22.5' },
          }),
        },
      ],
      [
        'claude-haiku-4-5',
        200_000,
        64_000,
        CAN.all,
        { input: '1', cached_read: '0.1', cache_write: '1.25', cache_write_1h: '2', output: '5' },
      ],
      [
        'claude-haiku-4-5-20251001',
        200_000,
        64_000,
        CAN.all,
        { input: '1', cached_read: '0.1', cache_write: '1.25', cache_write_1h: '2', output: '5' },
      ],
      [
        'claude-opus-4-1',
        200_000,
        32_000,
        [...CAN.vision, 'reasoning'],
        { input: '15', cached_read: '1.5', cache_write: '18.75', cache_write_1h: '30', output: '75' },
      ],
      [
        'claude-opus-4-1-20250805',
        200_000,
        32_000,
        [...CAN.vision, 'reasoning'],
        { input: '15', cached_read: '1.5', cache_write: '18.75', cache_write_1h: '30', output: '75' },
      ],
      [
        'claude-opus-4-20250514',
        200_000,
        32_000,
        [...CAN.vision, 'reasoning'],
        { input: '15', cached_read: '1.5', cache_write: '18.75', cache_write_1h: '30', output: '75' },
      ],
      [
        'claude-sonnet-4-20250514',
        200_000,
        64_000,
        [...CAN.vision, 'reasoning'],
        { input: '3', cached_read: '0.3', cache_write: '3.75', cache_write_1h: '6', output: '15' },
      ],
    ],
  },
];
