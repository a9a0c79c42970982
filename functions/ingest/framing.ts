/**
 * Cuts a stream of bytes into records without reading what is in them, and makes every line end a line feed.
 *
 * DuckDB's reader refuses a file of mixed line ends unless its strict mode is off, and with strict mode off it takes
 * everything after an unclosed quote as one good value. So line ends are made uniform here and strict mode stays on.
 */

/** `csv`: a quoted field may hold line ends. `lines`: every line end ends a record. */
export type Framing = "csv" | "lines";

/** Where a record is in the bytes given out, its line end excluded; `line` counts from 1. */
export interface Frame {
  readonly startByte: number;
  readonly endByte: number;
  readonly line: number;
}

/** What was seen of a whole stream. */
export interface FramingSummary {
  /** Records that are not blank, a header included. */
  readonly records: number;
  readonly longestBytes: number;
  readonly first: Frame | null;
  /** The record whose quote was never closed; it is not counted in `records`. */
  readonly unclosed: Frame | null;
}

const byteOf = { lineFeed: 10, carriageReturn: 13, space: 32, quote: 34, comma: 44 } as const;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

// States of a CSV reader. A quote opens a quoted value at the start of a field only, blanks aside.
const fieldStart = 0;
const unquoted = 1;
const quoted = 2;
const quoteInQuoted = 3;

/** A framer of one stream: `push` each chunk, then `end` once. */
export class Framer {
  readonly #framing: Framing;
  readonly #onRecord: (frame: Frame) => void;
  #state = fieldStart;
  #head: Buffer | null = Buffer.alloc(0);
  #isAfterCarriageReturn = false;
  #outBytes = 0;
  #line = 1;
  #recordStart = 0;
  #recordLine = 1;
  #records = 0;
  #longestBytes = 0;
  #first: Frame | null = null;

  /** `onRecord` is told of each record that is not blank, in order, as soon as it ends. */
  constructor(framing: Framing, onRecord: (frame: Frame) => void = () => undefined) {
    this.#framing = framing;
    this.#onRecord = onRecord;
  }

  /** The chunk's bytes with uniform line ends and without a byte order mark at the stream's start. */
  push(chunk: Buffer): Buffer {
    if (this.#head === null) {
      return this.#frame(chunk);
    }
    // The mark may be cut across the first chunks.
    this.#head = Buffer.concat([this.#head, chunk]);
    return this.#head.length < byteOrderMark.length ? Buffer.alloc(0) : this.#releaseHead();
  }

  /** The last bytes, and what was seen of the stream. */
  end(): { readonly bytes: Buffer; readonly summary: FramingSummary } {
    const bytes = this.#releaseHead();
    const isUnclosed = this.#state === quoted;
    const unclosed = isUnclosed ? this.#currentFrame() : null;
    if (!isUnclosed) {
      this.#endRecord();
    }
    const summary = {
      records: this.#records,
      longestBytes: this.#longestBytes,
      first: this.#first,
      unclosed,
    };
    return { bytes, summary };
  }

  #releaseHead(): Buffer {
    const head = this.#head ?? Buffer.alloc(0);
    this.#head = null;
    const isMarked = head.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    return this.#frame(isMarked ? head.subarray(byteOrderMark.length) : head);
  }

  #frame(chunk: Buffer): Buffer {
    const out = Buffer.allocUnsafe(chunk.length);
    const base = this.#outBytes;
    let length = 0;
    for (const byte of chunk) {
      const isSecondOfPair = byte === byteOf.lineFeed && this.#isAfterCarriageReturn;
      this.#isAfterCarriageReturn = false;
      if (isSecondOfPair) {
        continue;
      }
      const isLineEnd = byte === byteOf.lineFeed || byte === byteOf.carriageReturn;
      if (isLineEnd && this.#state !== quoted) {
        this.#isAfterCarriageReturn = byte === byteOf.carriageReturn;
        this.#outBytes = base + length;
        this.#endRecord();
        out[length] = byteOf.lineFeed;
        length += 1;
        this.#line += 1;
        this.#recordStart = base + length;
        this.#recordLine = this.#line;
        continue;
      }
      out[length] = byte;
      length += 1;
      if (this.#framing === "csv") {
        this.#step(byte);
      }
    }
    this.#outBytes = base + length;
    return out.subarray(0, length);
  }

  #step(byte: number): void {
    if (this.#state === quoted) {
      if (byte === byteOf.quote) {
        this.#state = quoteInQuoted;
      } else if (byte === byteOf.lineFeed) {
        this.#line += 1;
      }
    } else if (byte === byteOf.comma) {
      this.#state = fieldStart;
    } else if (byte === byteOf.quote && this.#state !== unquoted) {
      this.#state = quoted;
    } else if (byte !== byteOf.space || this.#state !== fieldStart) {
      this.#state = unquoted;
    }
  }

  #currentFrame(): Frame {
    return { startByte: this.#recordStart, endByte: this.#outBytes, line: this.#recordLine };
  }

  #endRecord(): void {
    this.#state = fieldStart;
    const frame = this.#currentFrame();
    if (frame.endByte === frame.startByte) {
      return;
    }
    this.#records += 1;
    this.#longestBytes = Math.max(this.#longestBytes, frame.endByte - frame.startByte);
    this.#first ??= frame;
    this.#onRecord(frame);
  }
}

/** The fields of one CSV record, or null if it is no well-formed UTF-8 CSV. */
export function parseCsvRecord(bytes: Uint8Array): string[] | null {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
  const fields: string[] = [];
  const field = / *"((?:[^"]|"")*)" *(,|$)|([^,]*)(,|$)/y;
  for (;;) {
    const match = field.exec(text);
    const [, quotedText, quotedEnd, plainText = "", plainEnd] = match ?? [];
    if (match === null || (quotedText === undefined && plainText.trimStart().startsWith('"'))) {
      return null;
    }
    fields.push(quotedText?.replaceAll('""', '"') ?? plainText);
    if ((quotedEnd ?? plainEnd) !== ",") {
      return fields;
    }
  }
}
