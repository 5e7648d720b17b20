import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../core/secret.js';
import { credentialHint } from './credential-hint.js';

describe('credentialHint', () => {
  it('shows the last four of a long credential and nothing of a short one', () => {
    expect(credentialHint(new Secret('sk-0123456789'))).toBe('6789');
    expect(credentialHint(new Secret('0123456789ab'))).toBe('89ab');
    expect(credentialHint(new Secret('0123456789a'))).toBeNull();
    expect(credentialHint(new Secret('abcd'))).toBeNull();
  });
});
