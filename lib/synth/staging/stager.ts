import { chmodSync, mkdirSync } from 'node:fs';
import { directoryMode } from './output-path';
import { Characters, MOST_BYTES, type Piece, type StagedText } from './piece';
import { FileBeingStaged } from './staged-file';

/** What became of staged files. */
export interface StagedCounts {
  readonly written: number;
  readonly unchanged: number;
}

/** Writes the files of a stage, now or in another thread. Errors of the file system may thus come later. */
export interface Stager {
  /**
   * Makes a folder.
   * @param like a folder whose mode it gets; undefined, or nothing there, leaves the mode to the system
   */
  folder(path: string, like: string | undefined): void;
  /**
   * Writes a file, or links the existing one if it says the same.
   * @param pieces its text; asking for them may stage other files, whose SHA-256 may be among them
   */
  file(path: string, existing: string | undefined, pieces: Iterable<Piece>): StagedText;
  /**
   * Waits until everything is there. Nothing can be staged after that.
   * @throws the first error
   */
  finish(): StagedCounts;
  /** Lets go of everything that is not there yet; does nothing after `finish`. */
  abort(): void;
}

/** An error of a thread that writes files, with what it says of it. */
export class ThreadFailure extends Error {}

interface WrittenText extends StagedText {
  readonly sha256: string;
}

/** Writes each file before it goes on. */
export class DirectStager implements Stager {
  private written = 0;
  private unchanged = 0;

  folder(path: string, like: string | undefined): void {
    makeFolder(path, like);
  }

  file(path: string, existing: string | undefined, pieces: Iterable<Piece>): WrittenText {
    const file = new FileBeingStaged(path, existing);
    try {
      for (const block of inBlocks(pieces)) file.write(block);
      const { sha256, unchanged } = file.end();
      if (unchanged) this.unchanged++;
      else this.written++;
      return { path, sha256 };
    } finally {
      file.close();
    }
  }

  finish(): StagedCounts {
    const { written, unchanged } = this;
    return { written, unchanged };
  }

  abort(): void {}
}

/** Makes a folder with the mode of another one, if there is that one. */
export function makeFolder(path: string, like: string | undefined): void {
  mkdirSync(path);
  const mode = like === undefined ? undefined : directoryMode(like);
  if (mode !== undefined) chmodSync(path, mode);
}

/** Bytes of a block. */
const BLOCK = 1 << 16;
const ROOM = 4 * BLOCK;
/**
 * Room for every block but those with a very long piece: a buffer for each would take twice the time. The pieces of the
 * index come from writing all other files, so there are two in use.
 */
const idle: Buffer[] = [];

/** Each block is gone when the next one is asked for. */
function* inBlocks(pieces: Iterable<Piece>): Generator<Buffer> {
  const room = idle.pop() ?? Buffer.allocUnsafeSlow(ROOM);
  try {
    yield* blocksIn(room, pieces);
  } finally {
    idle.push(room);
  }
}

/** Pieces are not put together first, which would copy them twice. */
function* blocksIn(room: Buffer, pieces: Iterable<Piece>): Generator<Buffer> {
  const characters = new Characters();
  let size = 0;
  for (const piece of pieces) {
    const text = characters.whole(typeof piece === 'string' ? piece : (piece as WrittenText).sha256);
    const most = text.length * MOST_BYTES;
    if (size > 0 && size + most > room.length) {
      yield room.subarray(0, size);
      size = 0;
    }
    if (most > room.length) yield Buffer.from(text);
    else size += room.write(text, size);
    if (size < BLOCK) continue;
    yield room.subarray(0, size);
    size = 0;
  }
  size += room.write(characters.rest(), size);
  if (size > 0) yield room.subarray(0, size);
}
