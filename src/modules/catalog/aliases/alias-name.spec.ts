import { describe, expect, it } from '@jest/globals';
import { ALIAS_NAME } from './alias-name.js';

describe('ALIAS_NAME', () => {
  it.each(['gpt-4o', '4o', 'chat-fast', 'openai/gpt-4o:latest', 'a', 'A_b.c', 'a'.repeat(128)])('takes %s', (name) => {
    expect(ALIAS_NAME.test(name)).toBe(true);
  });

  it.each(['', '-a', '.a', '/a', 'a b', 'a\n', 'ä', 'a?b', 'a'.repeat(129)])('refuses %j', (name) => {
    expect(ALIAS_NAME.test(name)).toBe(false);
  });
});
