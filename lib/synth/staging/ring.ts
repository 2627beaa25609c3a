/** Bytes of a chunk; a file of a workspace has a tenth. */
export const CHUNK = 1 << 18;
/** How far one thread may be ahead of the other. */
const CHUNKS = 8;
/** More than an error takes that names two paths of 4,096 bytes, escaped. */
const MESSAGE = 1 << 17;

/** Indices of the numbers in front. */
const FILLED = 0;
const EMPTIED = 1;
const READER = 2;
const WRITTEN = 3;
const UNCHANGED = 4;
const MESSAGE_LENGTH = 5;
const CONTROL = 64;

/** Who empties the chunks. */
export type RingReader = 'thread' | 'same thread';
const READERS: Readonly<Record<RingReader, number>> = { thread: 1, 'same thread': 2 };

/** Chunks of memory that one thread fills and another one empties, in turn, with what the other one found out. */
export class Ring {
  private readonly control: Int32Array;
  private readonly message: Buffer;

  /** @param memory of the same ring in another thread; new by default */
  constructor(readonly memory = new SharedArrayBuffer(CONTROL + MESSAGE + CHUNK * CHUNKS)) {
    this.control = new Int32Array(memory, 0, CONTROL / Int32Array.BYTES_PER_ELEMENT);
    this.message = Buffer.from(memory, CONTROL, MESSAGE);
  }

  /** The place of a chunk, counted from 0 on. */
  chunk(index: number): Buffer {
    return Buffer.from(this.memory, CONTROL + MESSAGE + (index % CHUNKS) * CHUNK, CHUNK);
  }

  /** True for the one who asks first: whoever gets it empties all chunks. */
  claim(reader: RingReader): boolean {
    return Atomics.compareExchange(this.control, READER, 0, READERS[reader]) === 0;
  }

  /** Says how many chunks have been filled. */
  fill(count: number): void {
    Atomics.store(this.control, FILLED, count);
    Atomics.notify(this.control, FILLED);
  }

  /** Says how many chunks have been emptied. */
  empty(count: number): void {
    Atomics.store(this.control, EMPTIED, count);
    Atomics.notify(this.control, EMPTIED);
  }

  get filled(): number {
    return Atomics.load(this.control, FILLED);
  }

  get emptied(): number {
    return Atomics.load(this.control, EMPTIED);
  }

  /** True if there is room for the chunk of that index. */
  hasRoom(index: number): boolean {
    return index - this.emptied < CHUNKS;
  }

  /** Waits until more than so many chunks have been filled. */
  waitForFilled(count: number): void {
    while (this.filled <= count) Atomics.wait(this.control, FILLED, count);
  }

  /**
   * Waits until more than so many chunks have been emptied.
   * @returns false if that takes longer
   */
  waitForEmptied(count: number, milliseconds: number): boolean {
    if (this.emptied > count) return true;
    return Atomics.wait(this.control, EMPTIED, count, milliseconds) !== 'timed-out' || this.emptied > count;
  }

  /** Says what came of it. Has to be called before the last chunk is emptied. */
  report({ written, unchanged, failure }: RingReport): void {
    Atomics.store(this.control, WRITTEN, written);
    Atomics.store(this.control, UNCHANGED, unchanged);
    const length = failure === undefined ? 0 : this.message.write(failure);
    Atomics.store(this.control, MESSAGE_LENGTH, length);
  }

  get reported(): RingReport {
    const length = Atomics.load(this.control, MESSAGE_LENGTH);
    return {
      written: Atomics.load(this.control, WRITTEN),
      unchanged: Atomics.load(this.control, UNCHANGED),
      failure: length === 0 ? undefined : this.message.toString('utf8', 0, length),
    };
  }
}

/** What the reader of a ring found out. */
export interface RingReport {
  readonly written: number;
  readonly unchanged: number;
  /** What went wrong; undefined if nothing did. */
  readonly failure: string | undefined;
}
