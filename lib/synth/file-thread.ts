import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { StagedFile } from './staged-file';
import { inBlocks, MOST_BYTES } from './text-block';

/** What the thread does with a file, in this order: opens it, writes blocks, and finishes or abandons it. */
export type FileStep =
  | { readonly file: number; readonly path: string; readonly existing: string | undefined }
  /** A block's bytes in the room. */
  | { readonly file: number; readonly start: number; readonly end: number }
  | { readonly file: number; readonly finish: boolean };

/** Steps that are sent together, with the room that holds their blocks. */
export interface FileBatch {
  readonly room: number;
  readonly steps: readonly FileStep[];
}

/** What became of one file. */
export type FileReply =
  | { readonly file: number; readonly staged: StagedFile }
  /** An error crosses threads without its code. */
  | { readonly file: number; readonly error: NodeJS.ErrnoException };

export interface FileThreadData {
  readonly rooms: readonly SharedArrayBuffer[];
  /** The number of batches that are done. */
  readonly progress: Int32Array<SharedArrayBuffer>;
  readonly replies: MessagePort;
}

const WORKER = join(__dirname, 'file-thread-worker.js');
/** Two, so that one is filled while the other is written. */
const ROOMS = 2;
/** Larger rooms save little time, and what waits for its reply would live long enough to be kept as garbage. */
const ROOM = 1 << 18;
/** A block has to fit into a room whatever its characters. */
const LONGEST = Math.floor(ROOM / MOST_BYTES);
/** No disk takes this long over a batch; the thread must be gone. */
const PATIENCE_MS = 10 * 60 * 1000;

/**
 * Stages files in a second thread: it checks, hashes and writes them while this one renders the next. What became of a
 * file is known some batches later; an error of one file is thrown when another one is staged, or at the end.
 */
export class FileThread {
  private readonly rooms = Array.from({ length: ROOMS }, () => Buffer.from(new SharedArrayBuffer(ROOM)));
  private readonly progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private readonly replies: MessagePort;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, (staged: StagedFile) => void>();
  private files = 0;
  private batches = 0;
  private steps: FileStep[] = [];
  private filled = 0;

  /**
   * Undefined where there can be no second thread: the library runs from its sources, or threads are forbidden.
   * @param worker path of the compiled file-thread-worker
   */
  static start(worker = WORKER): FileThread | undefined {
    if (!existsSync(worker)) return undefined;
    try {
      return new FileThread(worker);
    } catch {
      return undefined;
    }
  }

  private constructor(worker: string) {
    const { port1, port2 } = new MessageChannel();
    this.replies = port1;
    const rooms = this.rooms.map(({ buffer }) => buffer as SharedArrayBuffer);
    const workerData: FileThreadData = { rooms, progress: this.progress, replies: port2 };
    this.worker = new Worker(worker, {
      workerData,
      transferList: [port2],
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    this.worker.unref();
  }

  /**
   * Stages a file as `stageFile` does.
   * @param done called with what became of it, in the order in which files were complete
   * @throws what `pieces` throws, and errors of the file system about files before
   */
  stage(
    path: string,
    pieces: Iterable<string>,
    existing: string | undefined,
    done: (staged: StagedFile) => void,
  ): void {
    const file = this.files++;
    this.steps.push({ file, path, existing });
    let finish = false;
    try {
      for (const text of inBlocks(pieces)) this.send(file, text);
      this.waiting.set(file, done);
      finish = true;
    } finally {
      this.steps.push({ file, finish });
    }
  }

  /**
   * Waits until every file that is complete is staged.
   * @throws the first error of the file system
   */
  settle(): void {
    this.flush();
    this.waitFor(this.batches);
  }

  /** Waits until nothing is written any more, and ends the thread. */
  end(): void {
    try {
      this.settle();
    } catch {
      // Whoever ends early does not want the files.
    }
    this.replies.close();
    void this.worker.terminate();
  }

  private send(file: number, text: string): void {
    for (let from = 0; from < text.length; ) {
      let to = Math.min(text.length, from + LONGEST);
      // Half of a surrogate pair has no bytes.
      if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to--;
      const part = text.slice(from, to);
      if (this.filled + part.length * MOST_BYTES > ROOM) this.flush();
      const start = this.filled;
      this.filled += this.room.write(part, start);
      this.steps.push({ file, start, end: this.filled });
      from = to;
    }
  }

  private get room(): Buffer {
    return this.rooms[this.batches % ROOMS] as Buffer;
  }

  private flush(): void {
    const batch: FileBatch = { room: this.batches % ROOMS, steps: this.steps };
    this.worker.postMessage(batch);
    this.batches++;
    this.steps = [];
    this.filled = 0;
    this.waitFor(this.batches - ROOMS + 1);
  }

  private waitFor(batches: number): void {
    for (let done = Atomics.load(this.progress, 0); done < batches; done = Atomics.load(this.progress, 0)) {
      if (Atomics.wait(this.progress, 0, done, PATIENCE_MS) === 'timed-out') {
        throw new Error('the thread that writes files does not answer');
      }
    }
    this.receive();
  }

  private receive(): void {
    for (let next = receiveMessageOnPort(this.replies); next; next = receiveMessageOnPort(this.replies)) {
      for (const reply of next.message as readonly FileReply[]) {
        if ('error' in reply) throw Object.assign(new Error(reply.error.message), reply.error);
        this.waiting.get(reply.file)?.(reply.staged);
        this.waiting.delete(reply.file);
      }
    }
  }
}
