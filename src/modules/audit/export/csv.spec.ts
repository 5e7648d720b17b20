import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from './csv.js';

/** Reads one line back as RFC 4180 has it. */
function cellsOf(line: string): string[] {
  const cells = [...`,${line.slice(0, -2)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)];
  return cells.map(([, quoted, plain]) => quoted?.replace(/""/g, '"') ?? plain!);
}

describe('csvLine', () => {
  it('quotes what must be quoted, and ends with CR LF', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', null, undefined, 12, { a: 1 }, []])).toBe(
      'a,"b,c","d""e","f\ng",,,12,"{""a"":1}",[]\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '=cmd|"/c calc"!A1'])('neutralises %j', (formula) => {
    expect(cellsOf(csvLine(['x', formula]))).toEqual(['x', `'${formula}`]);
  });

  it('gives every other text back as it was, and leaves no live formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
        const read = cellsOf(csvLine(texts));
        expect(read.map((text, index) => (text === texts[index] ? text : text.slice(1)))).toEqual(texts);
        for (const text of read) expect(text).not.toMatch(/^[=+\-@\t\r]/);
      }),
      { numRuns: 2_000 },
    );
  });
});
