/** Bytes of a chunk; a workspace has a thirtieth. Waking the other thread for smaller ones takes longer than it does. */
export const CHUNK = 1 << 20;
/** How far one thread may be ahead of the other. */
export const CHUNKS = 8;
/** More than an error takes that names two paths of 4,096 bytes, escaped. */
const MESSAGE = 1 << 17;

/** Indices of the numbers in front. */
const FILLED = 0;
const EMPTIED = 1;
const READER = 2;
const WRITTEN = 3;
const UNCHANGED = 4;
const MESSAGE_LENGTH = 5;
const ABANDONED = 6;
/** More chunks than anybody fills. */
const ALL = 0x7fffffff;
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
    return this.load(FILLED);
  }

  get emptied(): number {
    return this.load(EMPTIED);
  }

  /** Waits until more than so many chunks have been filled. */
  waitForFilled(count: number): void {
    for (let filled = this.filled; filled <= count; filled = this.filled) Atomics.wait(this.control, FILLED, filled);
  }

  /**
   * Waits until more than so many chunks have been emptied.
   * @returns false if no chunk was emptied for so long, or none will be
   */
  waitForEmptied(count: number, milliseconds: number): boolean {
    // Read once for each wait: what is emptied between two reads would wake nobody.
    for (let { emptied } = this; emptied <= count; emptied = this.emptied) {
      const slept = Atomics.wait(this.control, EMPTIED, emptied, milliseconds);
      if (slept === 'timed-out' && this.emptied === emptied) return false;
    }
    return !this.isAbandoned;
  }

  /** Says that nobody empties chunks any longer. */
  abandon(): void {
    Atomics.store(this.control, ABANDONED, 1);
    // Whoever is about to wait for another number does not.
    this.empty(ALL);
  }

  get isAbandoned(): boolean {
    return this.load(ABANDONED) !== 0;
  }

  get hasFailed(): boolean {
    return this.load(MESSAGE_LENGTH) !== 0;
  }

  private load(index: number): number {
    return Atomics.load(this.control, index);
  }

  /** Says what came of it: at the first failure, and before the last chunk is emptied. */
  report({ written, unchanged, failure }: RingReport): void {
    Atomics.store(this.control, WRITTEN, written);
    Atomics.store(this.control, UNCHANGED, unchanged);
    const length = failure === undefined ? 0 : this.message.write(failure);
    Atomics.store(this.control, MESSAGE_LENGTH, length);
  }

  get reported(): RingReport {
    const length = this.load(MESSAGE_LENGTH);
    return {
      written: this.load(WRITTEN),
      unchanged: this.load(UNCHANGED),
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
