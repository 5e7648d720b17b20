/** What went out on a stream, word for word, up to a number of bytes; more than that is not kept at all. */
export class Tape {
  private parts: string[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Null when it was too much. */
  get text(): string | null {
    return this.bytes > this.maxBytes ? null : this.parts.join('');
  }

  record(text: string): void {
    this.bytes += Buffer.byteLength(text);
    if (this.bytes > this.maxBytes) this.parts = [];
    else this.parts.push(text);
  }
}
