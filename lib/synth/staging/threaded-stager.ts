import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Characters, type Piece, type StagedText } from './piece';
import { Record, RecordWriter } from './record';
import { RecordReader } from './record-reader';
import { CHUNKS, Ring } from './ring';
import { type StagedCounts, type Stager, ThreadFailure } from './stager';

/** Starting a thread takes as long as writing a few hundred files. */
const FEWEST_OBJECTS = 2000;
/** Milliseconds that a thread may take to start before its work is done without it. */
const START = 2000;
/** Milliseconds without any progress after which a thread that started is not waited for any longer. */
const STUCK = 600_000;

/** Where threads are of use, one that writes files while the next ones are rendered; undefined otherwise. */
export function threadedStager(objects: number): Stager | undefined {
  if (objects < FEWEST_OBJECTS || availableParallelism() < 2) return undefined;
  return ThreadedStager.start(join(__dirname, 'staging-thread.js'));
}

interface NumberedText extends StagedText {
  /** How many files had been started before it. */
  readonly number: number;
}

/** Hands everything to a thread: hashes and the file system take a fifth of the time of a large synthesis. */
export class ThreadedStager implements Stager {
  private readonly records: RecordWriter;
  private filled = 0;
  private started = 0;
  /** Does the work of a thread that never started. */
  private instead: RecordReader | undefined;
  private isEnding = false;
  private isDone = false;

  /**
   * @param script compiled module that the thread runs
   * @param patience milliseconds that the thread may take to start
   * @returns undefined where there can be no thread: sources that were not compiled, a bundle, Node.js without permission
   */
  static start(script: string, patience = START): ThreadedStager | undefined {
    if (!existsSync(script)) return undefined;
    const ring = new Ring();
    try {
      // Whatever Node.js was started with is for the program, and would be loaded a second time.
      const thread = new Worker(script, { workerData: ring.memory, execArgv: [], env: {} });
      // A thread that cannot start is not waited for.
      thread.on('error', () => {});
      thread.unref();
      return new ThreadedStager(ring, patience, thread);
    } catch {
      return undefined;
    }
  }

  constructor(
    private readonly ring: Ring,
    private readonly patience = START,
    private readonly thread?: Worker,
  ) {
    this.records = new RecordWriter(ring.chunk(0), () => this.nextChunk());
  }

  folder(path: string, like: string | undefined): void {
    this.records.add(Record.folder, JSON.stringify([path, like]));
  }

  file(path: string, existing: string | undefined, pieces: Iterable<Piece>): NumberedText {
    const { records } = this;
    const number = this.started++;
    records.add(Record.file, JSON.stringify([path, existing]));
    const characters = new Characters();
    for (const piece of pieces) {
      if (typeof piece === 'string') records.addText(characters.whole(piece));
      else records.add(Record.sha256, String((piece as NumberedText).number));
    }
    records.addText(characters.rest());
    records.add(Record.complete);
    return { path, number };
  }

  finish(): StagedCounts {
    this.end();
    this.throwFailure();
    const { written, unchanged } = this.ring.reported;
    return { written, unchanged };
  }

  abort(): void {
    if (!this.isDone) this.end();
  }

  private end(): void {
    this.isEnding = true;
    this.records.add(Record.last);
    this.records.flush();
    this.waitForEmptied(this.filled - 1);
    this.isDone = true;
  }

  private nextChunk(): Buffer {
    // What comes after a failure is not written, so there is no need to render it.
    if (!this.isEnding) this.throwFailure();
    this.ring.fill(++this.filled);
    this.instead?.readAvailable();
    this.waitForEmptied(this.filled - CHUNKS);
    return this.ring.chunk(this.filled);
  }

  private throwFailure(): void {
    if (!this.ring.hasFailed) return;
    const { message, ...details } = JSON.parse(this.ring.reported.failure as string) as NodeJS.ErrnoException;
    throw Object.assign(new ThreadFailure(message), details);
  }

  /** Waits until more than so many chunks are empty. */
  private waitForEmptied(count: number): void {
    let waited = 0;
    let before = this.ring.emptied;
    while (!this.ring.waitForEmptied(count, this.patience)) {
      const { emptied } = this.ring;
      waited = emptied === before ? waited + this.patience : 0;
      before = emptied;
      if (this.ring.isAbandoned || waited > STUCK) this.giveUp();
      if (this.instead !== undefined || !this.ring.claim('same thread')) continue;
      this.instead = new RecordReader(this.ring);
      this.instead.readAvailable();
    }
  }

  private giveUp(): never {
    // Nothing that is said to the thread is heard any more.
    this.isDone = true;
    void this.thread?.terminate();
    throw new Error('the thread that writes files has stopped');
  }
}
