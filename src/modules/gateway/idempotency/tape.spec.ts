import { describe, expect, it } from '@jest/globals';
import { Tape } from './tape.js';

describe('a tape', () => {
  const recorded = (maxBytes: number, ...texts: string[]): string | null => {
    const tape = new Tape(maxBytes);
    for (const text of texts) tape.record(text);
    return tape.text;
  };

  it('holds what went out, word for word, up to its bytes', () => {
    expect(recorded(10)).toBe('');
    expect(recorded(10, 'data: ', 'äö')).toBe('data: äö');
    expect(recorded(9, 'data: ', 'äö')).toBeNull();
  });

  it('holds nothing at all once it was too much', () => {
    expect(recorded(5, 'a', 'much too long', 'b')).toBeNull();
  });
});
