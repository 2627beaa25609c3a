import { FileThread } from './file-thread';
import { type StagedFile, stageFile } from './staged-file';

/** A second thread takes longer to start than it saves on fewer. */
const MANY_FILES = 2000;

/** Stages files: in a second thread if there will be many, otherwise at once. */
export class FileWriter {
  private thread: FileThread | undefined;

  /** @param expected how many files there will be, roughly */
  constructor(expected: number) {
    if (expected >= MANY_FILES) this.thread = FileThread.start();
  }

  /**
   * Stages a file as `stageFile` does.
   * @param done called with what became of it: in the order of the files, and before `settle` returns
   * @throws what `pieces` throws, and errors of the file system about this file or one before it
   */
  stage(
    path: string,
    pieces: Iterable<string>,
    existing: string | undefined,
    done: (staged: StagedFile) => void,
  ): void {
    if (this.thread === undefined) done(stageFile(path, pieces, existing));
    else this.thread.stage(path, pieces, existing, done);
  }

  /**
   * Waits until the files are staged.
   * @throws errors of the file system
   */
  settle(): void {
    this.thread?.settle();
  }

  /** Waits until nothing is written any more. Files that come later are staged at once. */
  end(): void {
    this.thread?.end();
    this.thread = undefined;
  }
}
