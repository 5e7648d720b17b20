import { UnreadableError } from './verify-export.js';

/** The largest row that the log can hold is far smaller. */
const LONGEST_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;

/**
 * The lines of a file of UTF-8, without their newlines, one at a time. Splits at the newline alone: other line
 * separators are characters of a row like any other.
 * @throws UnreadableError for what is not UTF-8, or has a line beyond all measure
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (last: Uint8Array): string => {
    const bytes = Buffer.concat([...parts, last]);
    [parts, length] = [[], 0];
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new UnreadableError('the file is not UTF-8', { cause });
    }
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > LONGEST_LINE_BYTES)
      throw new UnreadableError('the file has a line that no export has: it is too long');
  }
  if (length > 0) yield take(new Uint8Array());
}
