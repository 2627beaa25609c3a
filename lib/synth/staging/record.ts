import { MOST_BYTES } from './piece';
import { CHUNK } from './ring';

/** What a record says. Numbers are its first four bytes, the length of its data the next four. */
export const Record = {
  /** Nothing more in this chunk. */
  end: 0,
  /** Make a folder; data: `[path, like]` as JSON. */
  folder: 1,
  /** Start a file, inside of the one that is written at the moment; data: `[path, existing]` as JSON. */
  file: 2,
  /** Data: bytes of the text. */
  text: 3,
  /** The SHA-256 of a file stands here; data: how many files had been started before it, as text. */
  sha256: 4,
  /** The text of the file is complete. */
  complete: 5,
  /** Nothing comes after it; files that are not complete stay so. */
  last: 6,
} as const;

export type RecordKind = (typeof Record)[keyof typeof Record];

const HEADER = 8;

/** Writes records into chunks. Texts that follow each other become one record. */
export class RecordWriter {
  private chunk: Buffer;
  private position = 0;
  /** Where the record starts that texts are added to; undefined if the last record is none. */
  private text: number | undefined;

  /** @param next gives the full chunk away, and returns the next one */
  constructor(
    first: Buffer,
    private readonly next: () => Buffer,
  ) {
    this.chunk = first;
  }

  add(kind: RecordKind, data = ''): void {
    const bytes = Buffer.from(data);
    if (bytes.length > CHUNK / 2) {
      throw Object.assign(new Error('ENAMETOOLONG: name too long'), { code: 'ENAMETOOLONG', syscall: 'open' });
    }
    this.endText();
    this.makeRoom(HEADER + bytes.length);
    this.header(this.position, kind, bytes.length);
    this.position += HEADER + bytes.copy(this.chunk, this.position + HEADER);
  }

  addText(text: string): void {
    const most = text.length * MOST_BYTES;
    if (most > CHUNK / 2) {
      const bytes = Buffer.from(text);
      for (let start = 0; start < bytes.length; start += CHUNK / 4)
        this.addBytes(bytes.subarray(start, start + CHUNK / 4));
      return;
    }
    this.startText(most);
    this.position += this.chunk.write(text, this.position);
  }

  /** Gives away what there is. */
  flush(): void {
    this.endText();
    this.header(this.position, Record.end, 0);
    this.chunk = this.next();
    this.position = 0;
  }

  private addBytes(bytes: Buffer): void {
    this.startText(bytes.length);
    this.position += bytes.copy(this.chunk, this.position);
  }

  private startText(most: number): void {
    this.makeRoom(HEADER + most);
    if (this.text !== undefined) return;
    this.text = this.position;
    this.position += HEADER;
  }

  private endText(): void {
    if (this.text === undefined) return;
    this.header(this.text, Record.text, this.position - this.text - HEADER);
    this.text = undefined;
  }

  /** There is always room for the end. */
  private makeRoom(bytes: number): void {
    if (this.position + bytes + HEADER > CHUNK) this.flush();
  }

  private header(position: number, kind: RecordKind, length: number): void {
    this.chunk.writeInt32LE(kind, position);
    this.chunk.writeInt32LE(length, position + 4);
  }
}

/** The records of a chunk. Their data is gone when the next one is asked for. */
export function* recordsOf(chunk: Buffer): Generator<{ readonly kind: RecordKind; readonly data: Buffer }> {
  for (let position = 0; ; ) {
    const kind = chunk.readInt32LE(position) as RecordKind;
    if (kind === Record.end) return;
    const start = position + HEADER;
    position = start + chunk.readInt32LE(position + 4);
    yield { kind, data: chunk.subarray(start, position) };
  }
}
