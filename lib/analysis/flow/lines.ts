import { isAscii } from 'node:buffer';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Longer lines are no flows; holding them would take as much memory as somebody likes. */
export const LONGEST_LINE = 1 << 20;

const BLOCK = 1 << 20;
const NEWLINE = 10;
const [RETURN, BRACE] = [13, 125];

export interface LineReader {
  /** Hears of each line, without its end; undefined for one that is too long. */
  readonly onLine: (line: string | undefined, number: number) => void;
  /**
   * JSON objects that hold these bytes are not read: only their numbers are told. There are a great many replies among
   * flows, and making texts of them would take half of the time.
   * @default - none
   */
  readonly without?: { readonly bytes: Buffer; readonly onLine: (number: number) => void };
  /** Hears after each block how many bytes it had. */
  readonly onBlock?: (bytes: number) => void;
}

/**
 * Reads lines of a file or a stream in constant memory. The last one need not end. Faster than node:readline, which
 * makes an event of each line and holds a line of any length.
 * @param source path of a file, or a stream of bytes
 */
export async function readLines(source: string | Readable, reader: LineReader): Promise<void> {
  const lines = new Lines(reader);
  for await (const block of typeof source === 'string' ? blocksOf(source) : source) {
    const bytes = typeof block === 'string' ? Buffer.from(block) : (block as Buffer);
    lines.take(bytes);
    reader.onBlock?.(bytes.length);
  }
  lines.end();
}

/** Blocks of a file, in two buffers: one is read while the other is looked at. */
async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    let [free, other] = [Buffer.allocUnsafeSlow(BLOCK), Buffer.allocUnsafeSlow(BLOCK)];
    let pending = file.read(free, 0, BLOCK, null);
    for (;;) {
      const { bytesRead, buffer } = await pending;
      if (bytesRead === 0) return;
      [free, other] = [other, free];
      pending = file.read(free, 0, BLOCK, null);
      // Whoever looks at the block first may throw.
      pending.catch(() => {});
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Parts bytes that come in blocks into lines. */
class Lines {
  /** The beginning of a line whose end is still to come, in pieces. */
  private pieces: Buffer[] = [];
  private length = 0;
  private number = 0;

  constructor(private readonly reader: LineReader) {}

  take(block: Buffer): void {
    // Nearly all that is read is ASCII, which takes no decoding.
    const encoding = isAscii(block) ? 'latin1' : 'utf8';
    const search = this.reader.without?.bytes;
    let hit = search === undefined ? -1 : block.indexOf(search);
    let start = 0;
    for (let end = block.indexOf(NEWLINE); end >= 0; end = block.indexOf(NEWLINE, start)) {
      if (search !== undefined && hit >= 0 && hit < start) hit = block.indexOf(search, start);
      if (this.length > 0) this.finish(block.subarray(start, end));
      else if (hit >= start && hit < end && endsObject(block, end)) this.reader.without?.onLine(++this.number);
      else this.emit(end - start > LONGEST_LINE ? undefined : block.toString(encoding, start, end));
      start = end + 1;
    }
    this.keep(block.subarray(start));
  }

  end(): void {
    if (this.length > 0) this.finish(Buffer.alloc(0));
  }

  /** A line that began in a block before. */
  private finish(rest: Buffer): void {
    const isTooLong = this.length + rest.length > LONGEST_LINE;
    const line = isTooLong ? undefined : Buffer.concat([...this.pieces, rest]);
    this.pieces = [];
    this.length = 0;
    const { without } = this.reader;
    if (line !== undefined && without !== undefined && line.includes(without.bytes) && endsObject(line, line.length)) {
      without.onLine(++this.number);
    } else this.emit(line?.toString());
  }

  /** Of a line that is too long already, only that it is. */
  private keep(bytes: Buffer): void {
    this.length += bytes.length;
    if (this.length > LONGEST_LINE) this.pieces = [];
    else if (bytes.length > 0) this.pieces.push(Buffer.from(bytes));
  }

  private emit(line: string | undefined): void {
    this.number++;
    const isMarked = this.number === 1 && line?.startsWith('\ufeff') === true;
    this.reader.onLine(isMarked ? line.slice(1) : line, this.number);
  }
}

function endsObject(bytes: Buffer, end: number): boolean {
  return bytes[end - 1] === BRACE || (bytes[end - 1] === RETURN && bytes[end - 2] === BRACE);
}
