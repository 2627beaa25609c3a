import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  fstatSync,
  linkSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';

/** What became of a file. */
export interface StagedFile {
  /** SHA-256 of the content, in hexadecimal. */
  readonly sha256: string;
  /** True if the file is the existing one. */
  readonly unchanged: boolean;
}

/**
 * A new file that is written block by block, or linked from the existing one if it says the same, so that it keeps its
 * time stamps. Holds one block of the existing one at a time, however long it is.
 */
export class FileBeingStaged {
  private readonly hash = createHash('sha256');
  private readonly old: number | undefined;
  /** Undefined as long as everything so far is what the existing file says. */
  private written: number | undefined;
  private size = 0;
  private isOpen = true;

  /** @param existing undefined if there is none, which saves looking */
  constructor(
    private readonly path: string,
    private readonly existing: string | undefined,
  ) {
    this.old = existing === undefined ? undefined : openIfFile(existing);
    this.written = this.old === undefined ? openSync(path, 'wx') : undefined;
  }

  write(block: Buffer): void {
    const { old, size, path } = this;
    this.hash.update(block);
    if (this.written === undefined && !holds(old as number, block, size)) {
      this.written = copyStart(old as number, size, path);
    }
    if (this.written !== undefined) writeFileSync(this.written, block);
    this.size += block.length;
  }

  end(): StagedFile {
    const { old, size, path } = this;
    if (this.written === undefined && fstatSync(old as number).size > size) {
      this.written = copyStart(old as number, size, path);
    }
    if (this.written === undefined) keep(old as number, this.existing as string, path);
    return { sha256: this.hash.digest('hex'), unchanged: this.written === undefined };
  }

  /** Has to be called at last, whatever happened. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const file of [this.old, this.written]) if (file !== undefined) closeSync(file);
  }
}

/** Makes `to` the same file as `from`. */
export function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Some file systems have no hard links; a copy with the old time stamps looks the same to every reader.
    copyFileSync(from, to);
    const { atime, mtime } = statSync(from);
    utimesSync(to, atime, mtime);
  }
}

/** Links an open file, which another run may have replaced since it was opened. */
function keep(old: number, existing: string, path: string): void {
  const { ino, size, atime, mtime } = fstatSync(old);
  linkOrCopy(existing, path);
  if (statSync(path).ino === ino) return;
  rmSync(path);
  closeSync(copyStart(old, size, path));
  utimesSync(path, atime, mtime);
}

/** Bytes that are copied together. */
const BLOCK = 1 << 16;

function openIfFile(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ? openSync(path, 'r') : undefined;
  } catch {
    return undefined;
  }
}

function holds(file: number, block: Buffer, position: number): boolean {
  return read(file, position, block.length).equals(block);
}

/** A new file with what the old one says up to `size`. */
function copyStart(old: number, size: number, path: string): number {
  const file = openSync(path, 'wx');
  for (let position = 0; position < size; position += BLOCK) {
    writeFileSync(file, read(old, position, Math.min(BLOCK, size - position)));
  }
  return file;
}

/** Fewer bytes than asked for where the file ends. */
function read(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  for (let count = -1; count !== 0 && filled < length; filled += count) {
    count = readSync(file, buffer, filled, length - filled, position + filled);
  }
  return buffer.subarray(0, filled);
}
