import { Record, type RecordKind, recordsOf } from './record';
import type { Ring } from './ring';
import { FileBeingStaged } from './staged-file';
import { makeFolder } from './stager';

type Names = readonly [path: string, other: string | null];

/** Does what records say. After the first error it does nothing more, but goes on reading. */
export class RecordReader {
  private written = 0;
  private unchanged = 0;
  private failure: string | undefined;
  /** Each file inside of the one in front of it. */
  private readonly open: { readonly file: FileBeingStaged; readonly number: number }[] = [];
  /** SHA-256 of each file, in the order in which they were started. */
  private readonly sha256: string[] = [];
  private started = 0;
  private emptied = 0;

  constructor(private readonly ring: Ring) {}

  /** Waits for chunks and empties them, up to the last one. */
  run(): void {
    do this.ring.waitForFilled(this.emptied);
    while (!this.readChunk());
  }

  /**
   * Empties the chunks that are there.
   * @returns true if the last one is among them
   */
  readAvailable(): boolean {
    while (this.emptied < this.ring.filled) if (this.readChunk()) return true;
    return false;
  }

  /** True for the last one. */
  private readChunk(): boolean {
    let isLast = false;
    for (const { kind, data } of recordsOf(this.ring.chunk(this.emptied))) {
      isLast ||= kind === Record.last;
      if (this.failure === undefined) this.attempt(() => this.follow(kind, data));
    }
    if (isLast) {
      for (const { file } of this.open) this.attempt(() => file.close());
      this.report();
    }
    this.ring.empty(++this.emptied);
    return isLast;
  }

  private attempt(what: () => void): void {
    try {
      what();
    } catch (error) {
      const { message, code, syscall, path } = error as NodeJS.ErrnoException;
      this.failure ??= JSON.stringify({ message, code, syscall, path });
      this.report();
    }
  }

  private report(): void {
    const { written, unchanged, failure } = this;
    this.ring.report({ written, unchanged, failure });
  }

  private follow(kind: RecordKind, data: Buffer): void {
    if (kind === Record.folder) {
      const [path, like] = JSON.parse(data.toString()) as Names;
      makeFolder(path, like ?? undefined);
    } else if (kind === Record.file) {
      const [path, existing] = JSON.parse(data.toString()) as Names;
      this.open.push({ file: new FileBeingStaged(path, existing ?? undefined), number: this.started++ });
    } else if (kind === Record.text) this.open.at(-1)?.file.write(data);
    else if (kind === Record.sha256) {
      this.open.at(-1)?.file.write(Buffer.from(this.sha256[Number(data.toString())] as string));
    } else if (kind === Record.complete) this.complete();
  }

  private complete(): void {
    const { file, number } = this.open.at(-1) as (typeof this.open)[number];
    try {
      const { sha256, unchanged } = file.end();
      this.sha256[number] = sha256;
      if (unchanged) this.unchanged++;
      else this.written++;
    } finally {
      this.open.pop();
      file.close();
    }
  }
}
