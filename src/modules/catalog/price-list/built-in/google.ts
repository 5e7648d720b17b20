import { above, CAN, type VendorPrices } from './vendor-prices.js';

/** Output of the image models is priced as images, their dearest part. */
export const GOOGLE: readonly VendorPrices[] = [
  {
    kinds: ['google', 'vertex'],
    source: 'Gemini API pricing, Vertex AI pricing',
    asOf: '2026-08-21',
    models: [
      ['gemini-3.5-flash', 1_048_576, 65_536, CAN.all, { input: '1.5', cached_read: '0.15', output: '9' }],
      [
        'gemini-3.1-pro-preview',
        1_048_576,
        65_536,
        CAN.all,
        {
          ...{ input: '2', cached_read: '0.2', output: '12' },
          ...above(200_000, { input: '4', cached_read: '0.4', output: '18' }),
        },
      ],
      [
        'gemini-3.1-flash-lite',
        1_048_576,
        65_536,
        CAN.all,
        { input: '0.25', cached_read: '0.025', output: '1.5', audio_in: '0.5' },
      ],
      [
        'gemini-3-flash-preview',
        1_048_576,
        65_536,
        CAN.all,
        { input: '0.5', cached_read: '0.05', output: '3', audio_in: '1' },
      ],
      [
        'gemini-2.5-pro',
        1_048_576,
        65_536,
        CAN.all,
        {
          ...{ input: '1.25', cached_read: '0.125', output: '10' },
          ...above(200_000, { input: '2.5', cached_read: '0.25', output: '15' }),
        },
      ],
      [
        'gemini-2.5-flash',
        1_048_576,
        65_536,
        CAN.all,
        { input: '0.3', cached_read: '0.03', output: '2.5', audio_in: '1' },
      ],
      [
        'gemini-2.5-flash-lite',
        1_048_576,
        65_536,
        CAN.all,
        { input: '0.1', cached_read: '0.01', output: '0.4', audio_in: '0.3' },
      ],
      ['gemini-embedding-001', 2_048, null, CAN.embeddings, { input: '0.15' }],
    ],
  },
  {
    kinds: ['google'],
    source: 'Gemini API pricing',
    asOf: '2026-08-21',
    models: [
      [
        'gemini-3.1-flash-image-preview',
        65_536,
        65_536,
        [...CAN.chat, 'vision', 'reasoning'],
        { input: '0.5', output: '60' },
      ],
      [
        'gemini-3-pro-image-preview',
        131_072,
        null,
        [...CAN.chat, 'vision', 'reasoning'],
        { input: '2', output: '120' },
      ],
      ['gemini-2.5-flash-image', 32_768, 32_768, [...CAN.chat, 'vision', 'reasoning'], { input: '0.3', output: '30' }],
    ],
  },
];
