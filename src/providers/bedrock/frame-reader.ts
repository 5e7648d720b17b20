import { EventStreamCodec } from '@smithy/eventstream-codec';

/** One message of application/vnd.amazon.eventstream. */
export interface Frame {
  /** Headers that hold text, such as `:event-type`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Bound of a frame; an image in base64 fits. Text in place of frames starts with a length far above it. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const LENGTH_BYTES = 4;
/** Prelude, its checksum, and the checksum of the frame. */
const MIN_FRAME_BYTES = 16;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Incremental reader of frames. One that is not whole at the end of the stream is never given. */
export class FrameReader {
  /** What came is no frame: a wrong length or checksum. The reader has stopped and gives nothing more. */
  broken = false;
  private readonly codec = new EventStreamCodec(
    (bytes: Uint8Array) => decoder.decode(bytes),
    (text) => encoder.encode(text),
  );
  /** The length first, then the frame as a whole. */
  private buffer = new Uint8Array(LENGTH_BYTES);
  private filled = 0;

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let from = 0;
    while (from < chunk.byteLength && !this.broken) {
      const piece = chunk.subarray(from, from + this.buffer.byteLength - this.filled);
      this.buffer.set(piece, this.filled);
      this.filled += piece.byteLength;
      from += piece.byteLength;
      if (this.filled === this.buffer.byteLength) this.advance(frames);
    }
    return frames;
  }

  /** Makes room for the frame whose length has come, or gives the frame. */
  private advance(frames: Frame[]): void {
    const full = this.buffer;
    if (full.byteLength > LENGTH_BYTES) {
      this.buffer = new Uint8Array(LENGTH_BYTES);
      this.filled = 0;
      const frame = this.decode(full);
      if (frame !== null) frames.push(frame);
      this.broken = frame === null;
      return;
    }
    const length = new DataView(full.buffer).getUint32(0);
    this.broken = length < MIN_FRAME_BYTES || length > MAX_FRAME_BYTES;
    if (this.broken) return;
    this.buffer = new Uint8Array(length);
    this.buffer.set(full);
  }

  /** Null when a checksum or a header is wrong. */
  private decode(bytes: Uint8Array): Frame | null {
    try {
      const message = this.codec.decode(bytes);
      const headers: Record<string, string> = {};
      for (const [name, header] of Object.entries(message.headers))
        if (header.type === 'string') headers[name] = header.value;
      return { headers, body: decoder.decode(message.body) };
    } catch {
      // The codec knows only plain errors, and every one of them is about these bytes.
      return null;
    }
  }
}
