import { above, CAN, type VendorPrices } from './vendor-prices.js';

/** One price for OpenAI's own API and for global deployments at Azure, without what only the Responses API serves. */
export const OPENAI: readonly VendorPrices[] = [
  {
    kinds: ['openai'],
    source: 'OpenAI API pricing',
    asOf: '2026-08-21',
    models: [
      [
        'gpt-5.6-sol',
        1_050_000,
        null,
        CAN.all,
        {
          ...{ input: '5', cached_read: '0.5', output: '30' },
          ...above(272_000, { input: '10', cached_read: '1', output: '45' }),
        },
      ],
      [
        'gpt-5.5',
        1_050_000,
        128_000,
        CAN.all,
        {
          ...{ input: '5', cached_read: '0.5', output: '30' },
          ...above(272_000, { input: '10', cached_read: '1', output: '45' }),
        },
      ],
      [
        'gpt-5.4',
        1_050_000,
        128_000,
        CAN.all,
        {
          ...{ input: '2.5', cached_read: '0.25', output: '15' },
          ...above(272_000, { input: '5', cached_read: '0.5', output: '22.5' }),
        },
      ],
    ],
  },
  {
    kinds: ['azure-openai'],
    source: 'OpenAI API pricing',
    asOf: '2026-08-21',
    models: [
      [
        'gpt-5.5',
        1_050_000,
        128_000,
        CAN.all,
        { input: '5', cached_read: '0.5', output: '30' },
        'Dearer for prompts above 272,000 tokens, by a price that is not listed',
      ],
      [
        'gpt-5.4',
        1_050_000,
        128_000,
        CAN.all,
        { input: '2.5', cached_read: '0.25', output: '15' },
        'Dearer for prompts above 272,000 tokens, by a price that is not listed',
      ],
    ],
  },
  {
    kinds: ['openai', 'azure-openai'],
    source: 'OpenAI API pricing',
    asOf: '2026-08-21',
    models: [
      ['gpt-5.4-mini', 400_000, 128_000, CAN.all, { input: '0.75', cached_read: '0.075', output: '4.5' }],
      ['gpt-5.4-nano', 400_000, 128_000, CAN.all, { input: '0.2', cached_read: '0.02', output: '1.25' }],
      ['gpt-5.2', 400_000, 128_000, CAN.all, { input: '1.75', cached_read: '0.175', output: '14' }],
      ['gpt-5.1', 400_000, 128_000, CAN.all, { input: '1.25', cached_read: '0.125', output: '10' }],
      ['gpt-5', 400_000, 128_000, CAN.all, { input: '1.25', cached_read: '0.125', output: '10' }],
      ['gpt-5-mini', 400_000, 128_000, CAN.all, { input: '0.25', cached_read: '0.025', output: '2' }],
      ['gpt-5-nano', 400_000, 128_000, CAN.all, { input: '0.05', cached_read: '0.005', output: '0.4' }],
      ['gpt-4.1', 1_047_576, 32_768, CAN.jsonVision, { input: '2', cached_read: '0.5', output: '8' }],
      ['gpt-4.1-mini', 1_047_576, 32_768, CAN.jsonVision, { input: '0.4', cached_read: '0.1', output: '1.6' }],
      ['gpt-4.1-nano', 1_047_576, 32_768, CAN.jsonVision, { input: '0.1', cached_read: '0.025', output: '0.4' }],
      ['gpt-4o', 128_000, 16_384, CAN.jsonVision, { input: '2.5', cached_read: '1.25', output: '10' }],
      ['gpt-4o-2024-11-20', 128_000, 16_384, CAN.jsonVision, { input: '2.5', cached_read: '1.25', output: '10' }],
      ['gpt-4o-2024-08-06', 128_000, 16_384, CAN.jsonVision, { input: '2.5', cached_read: '1.25', output: '10' }],
      ['gpt-4o-mini', 128_000, 16_384, CAN.jsonVision, { input: '0.15', cached_read: '0.075', output: '0.6' }],
      ['o4-mini', 200_000, 100_000, CAN.all, { input: '1.1', cached_read: '0.275', output: '4.4' }],
      ['o3', 200_000, 100_000, CAN.all, { input: '2', cached_read: '0.5', output: '8' }],
      ['o3-mini', 200_000, 100_000, CAN.reasoning, { input: '1.1', cached_read: '0.55', output: '4.4' }],
      ['o1', 200_000, 100_000, CAN.all, { input: '15', cached_read: '7.5', output: '60' }],
      ['gpt-4-turbo', 128_000, 4_096, CAN.vision, { input: '10', output: '30' }],
      ['gpt-4', 8_192, 8_192, CAN.tools, { input: '30', output: '60' }],
      ['gpt-3.5-turbo', 16_385, 4_096, CAN.chat, { input: '0.5', output: '1.5' }],
      ['text-embedding-3-large', 8_191, null, CAN.embeddings, { input: '0.13' }],
      ['text-embedding-3-small', 8_191, null, CAN.embeddings, { input: '0.02' }],
      ['text-embedding-ada-002', 8_192, null, CAN.embeddings, { input: '0.1' }],
    ],
  },
];
