/** Files on the function's own disk: writing a stream framed, mending unclosed quotes, finding rejected rows again. */
import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { type Frame, Framer, type Framing, type FramingSummary } from "./framing.ts";
import type { RejectedRow } from "./core.ts";
import type { Conversion } from "./duckdb.ts";

const chunkBytes = 256 * 1024;
const textProbeBytes = 8 * 1024;

/** A framed file, and what was seen of it. */
export interface FramedFile extends FramingSummary {
  readonly path: string;
  /** False if a zero byte is among the first 8 KiB: UTF-16, or no text at all. */
  readonly isText: boolean;
}

/** Writes a stream to a file with uniform line ends; memory does not grow with the stream. */
export async function writeFramed(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  framing: Framing,
): Promise<FramedFile> {
  const framer = new Framer(framing);
  let summary: FramingSummary | undefined;
  let probedBytes = 0;
  let isText = true;
  await pipeline(async function* () {
    for await (const chunk of bytes) {
      const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      isText &&= !buffer.subarray(0, Math.max(0, textProbeBytes - probedBytes)).includes(0);
      probedBytes += buffer.length;
      yield framer.push(buffer);
    }
    const end = framer.end();
    summary = end.summary;
    yield end.bytes;
  }, createWriteStream(path));
  if (summary === undefined) {
    throw new Error(`The stream to ${path} ended early`);
  }
  return { path, isText, ...summary };
}

/** The bytes of one record of a framed file. */
export async function readFrame(path: string, frame: Frame): Promise<Buffer> {
  const file = await open(path);
  try {
    return await readBytes(file, frame.startByte, frame.endByte);
  } finally {
    await file.close();
  }
}

/** A line whose quote is never closed, taken out of its file. */
export interface BrokenLine {
  readonly line: number;
  readonly bytes: Buffer;
}

/** A file with no unclosed quote, or the lines found when there are too many to go on. */
export type Mending =
  | { readonly kind: "mended"; readonly file: FramedFile; readonly brokenLines: readonly BrokenLine[] }
  | { readonly kind: "hopeless"; readonly lines: readonly number[] };

const mendsMaximum = 16;

/**
 * Takes out each line that opens a quote no later line closes, so that the rows after it are read; a blank line is
 * left in its place, and so every other row keeps its line number.
 */
export async function mendQuotes(file: FramedFile, pathOf: (attempt: number) => string): Promise<Mending> {
  const brokenLines: BrokenLine[] = [];
  let mended = file;
  while (mended.unclosed !== null) {
    const { startByte, line } = mended.unclosed;
    if (brokenLines.length === mendsMaximum) {
      return { kind: "hopeless", lines: brokenLines.map((broken) => broken.line) };
    }
    const { path } = mended;
    const endByte = await lineEnd(path, startByte);
    brokenLines.push({ line, bytes: await readFrame(path, { startByte, endByte, line }) });
    mended = await writeFramed(without(path, startByte, endByte), pathOf(brokenLines.length), "csv");
    // One copy on disk at a time, or a large file would not fit.
    await rm(path);
  }
  return { kind: "mended", file: mended, brokenLines };
}

// An unclosed quote keeps the line ends after it as they were, so a carriage return ends the line too.
async function lineEnd(path: string, startByte: number): Promise<number> {
  let offset = startByte;
  for await (const chunk of chunksOf(path, startByte)) {
    const ends = [chunk.indexOf("\n"), chunk.indexOf("\r")].filter((end) => end !== -1);
    if (ends.length > 0) {
      return offset + Math.min(...ends);
    }
    offset += chunk.length;
  }
  return offset;
}

async function* without(path: string, startByte: number, endByte: number): AsyncGenerator<Buffer> {
  if (startByte > 0) {
    yield* chunksOf(path, 0, startByte - 1);
  }
  yield* chunksOf(path, endByte);
}

function chunksOf(path: string, start: number, lastByte = Infinity): AsyncIterable<Buffer> {
  return createReadStream(path, { start, end: lastByte, highWaterMark: chunkBytes });
}

/**
 * The rows of a framed file that were rejected, in file order. The engine knows a rule-breaking row by its place
 * among the rows it read, and an unread record by an offset at its start or in the blank lines before it; the
 * file's frames, walked once more, turn both into a line and the bytes. Where the engine cut the file another way,
 * an offset fits no frame, and neither that record nor a later unread one is found again.
 */
export async function* rejectedRows(
  path: string,
  framing: Framing,
  hasHeader: boolean,
  conversion: Conversion,
): AsyncGenerator<RejectedRow> {
  const faulty = cursor(conversion.faultyRows());
  const unread = cursor(conversion.unreadRecords());
  let nextFaulty = await faulty();
  let nextUnread = await unread();
  let place = 0;
  let previousEndByte = -1;
  let isHeader = hasHeader;
  const file = await open(path);
  try {
    for await (const frame of framesOf(path, framing)) {
      const { startByte, endByte, line } = frame;
      const offsetBytes = nextUnread?.offsetBytes ?? Infinity;
      if (isHeader) {
        isHeader = false;
      } else if (nextUnread !== undefined && offsetBytes <= startByte && offsetBytes > previousEndByte) {
        const { column, reason } = nextUnread;
        yield { line, column, reason, bytes: await readBytes(file, startByte, endByte) };
        nextUnread = await unread();
      } else {
        if (nextFaulty?.place === place) {
          const { column, reason } = nextFaulty.rule;
          yield { line, column, reason, bytes: await readBytes(file, startByte, endByte) };
          nextFaulty = await faulty();
        }
        place += 1;
      }
      previousEndByte = endByte;
    }
  } finally {
    await file.close();
  }
}

async function* framesOf(path: string, framing: Framing): AsyncGenerator<Frame> {
  let frames: Frame[] = [];
  const framer = new Framer(framing, (frame) => frames.push(frame));
  for await (const chunk of chunksOf(path, 0)) {
    framer.push(chunk);
    yield* frames;
    frames = [];
  }
  framer.end();
  yield* frames;
}

function cursor<Item>(items: AsyncIterable<Item>): () => Promise<Item | undefined> {
  const iterator = items[Symbol.asyncIterator]();
  return async () => {
    const next: IteratorResult<Item, unknown> = await iterator.next();
    return next.done === true ? undefined : next.value;
  };
}

async function readBytes(file: FileHandle, startByte: number, endByte: number): Promise<Buffer> {
  const bytes = Buffer.alloc(endByte - startByte);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, startByte);
  return bytes.subarray(0, bytesRead);
}

/** Writes texts to a file as they come, and says how many there were. */
export async function writeTexts(texts: AsyncIterable<string>, path: string): Promise<number> {
  let count = 0;
  await pipeline(async function* () {
    for await (const text of texts) {
      count += 1;
      yield text;
    }
  }, createWriteStream(path));
  return count;
}
