import { above, CAN, type VendorPrices } from './vendor-prices.js';

/** Vendors with an API like that of OpenAI. */
export const OTHERS: readonly VendorPrices[] = [
  {
    kinds: ['mistral'],
    source: 'Mistral AI pricing',
    asOf: '2026-08-21',
    models: [
      ['mistral-large-2512', 262_144, 262_144, CAN.vision, { input: '0.5', cached_read: '0.05', output: '1.5' }],
      ['mistral-medium-2508', 262_144, 262_144, CAN.vision, { input: '0.4', output: '2' }],
      ['mistral-medium-2505', 131_072, 131_072, CAN.vision, { input: '0.4', output: '2' }],
      [
        'mistral-small-2603',
        256_000,
        256_000,
        [...CAN.vision, 'reasoning'],
        { input: '0.15', cached_read: '0.015', output: '0.6' },
      ],
      ['magistral-medium-latest', 128_000, 16_384, [...CAN.tools, 'reasoning'], { input: '2', output: '5' }],
      ['codestral-latest', 256_000, 4_096, CAN.tools, { input: '0.3', output: '0.9' }],
      ['mistral-large-2411', 131_072, 16_384, CAN.tools, { input: '2', output: '6' }],
      ['pixtral-large-latest', 128_000, 128_000, CAN.vision, { input: '2', output: '6' }],
      ['open-mistral-nemo', 128_000, 128_000, CAN.tools, { input: '0.15', output: '0.15' }],
      ['mistral-embed', 8_000, null, CAN.embeddings, { input: '0.1' }],
    ],
  },
  {
    kinds: ['groq'],
    source: 'Groq pricing',
    asOf: '2026-08-21',
    models: [
      ['openai/gpt-oss-120b', 131_072, 65_536, CAN.reasoning, { input: '0.15', cached_read: '0.075', output: '0.6' }],
      ['openai/gpt-oss-20b', 131_072, 65_536, CAN.reasoning, { input: '0.075', cached_read: '0.0375', output: '0.3' }],
      ['llama-3.3-70b-versatile', 131_072, 32_768, CAN.tools, { input: '0.59', output: '0.79' }],
      ['llama-3.1-8b-instant', 131_072, 131_072, CAN.tools, { input: '0.05', output: '0.08' }],
      ['meta-llama/llama-4-scout-17b-16e-instruct', 131_072, 8_192, CAN.jsonVision, { input: '0.11', output: '0.34' }],
      ['qwen/qwen3-32b', 131_072, 40_960, [...CAN.tools, 'reasoning'], { input: '0.29', output: '0.59' }],
    ],
  },
  {
    kinds: ['deepseek'],
    source: 'DeepSeek API pricing',
    asOf: '2026-08-21',
    models: [
      [
        'deepseek-v4-pro',
        1_000_000,
        384_000,
        CAN.reasoning,
        { input: '0.435', cached_read: '0.003625', output: '0.87' },
      ],
      [
        'deepseek-v4-flash',
        1_000_000,
        384_000,
        CAN.reasoning,
        { input: '0.14', cached_read: '0.0028', output: '0.28' },
      ],
    ],
  },
  {
    kinds: ['xai'],
    source: 'xAI models and pricing',
    asOf: '2026-08-21',
    models: [
      [
        'grok-4.3',
        1_000_000,
        30_000,
        CAN.all,
        {
          ...{ input: '1.25', cached_read: '0.2', output: '2.5' },
          ...above(200_000, { input: '2.5', cached_read: '0.4', output: '5' }),
        },
      ],
      [
        'grok-4.20-0309-reasoning',
        1_000_000,
        30_000,
        CAN.all,
        { input: '1.25', cached_read: '0.2', output: '2.5' },
        'Dearer for prompts above 200,000 tokens, by a price that is not listed',
      ],
      [
        'grok-4.20-0309-non-reasoning',
        1_000_000,
        30_000,
        CAN.jsonVision,
        { input: '1.25', cached_read: '0.2', output: '2.5' },
        'Dearer for prompts above 200,000 tokens, by a price that is not listed',
      ],
      [
        'grok-build-0.1',
        256_000,
        256_000,
        CAN.all,
        { input: '1', cached_read: '0.2', output: '2' },
        'Dearer for prompts above 200,000 tokens, by a price that is not listed',
      ],
    ],
  },
];
