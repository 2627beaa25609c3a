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
 * Writes pieces of text to a new file, or links the existing one there if it says the same, so that it keeps its time
 * stamps. Holds one block of the text at a time, however long it is.
 * @param existing undefined if there is none, which saves looking
 */
export function stageFile(path: string, pieces: Iterable<string>, existing: string | undefined): StagedFile {
  const hash = createHash('sha256');
  const old = existing === undefined ? undefined : openIfFile(existing);
  /** Undefined as long as everything so far is what the existing file says. */
  let written = old === undefined ? openSync(path, 'wx') : undefined;
  let size = 0;
  try {
    for (const block of inBlocks(pieces)) {
      hash.update(block);
      if (written === undefined && !holds(old as number, block, size)) written = copyStart(old as number, size, path);
      if (written !== undefined) writeFileSync(written, block);
      size += block.length;
    }
    if (written === undefined && fstatSync(old as number).size > size) written = copyStart(old as number, size, path);
    if (written === undefined) keep(old as number, existing as string, path);
  } finally {
    for (const file of [old, written]) if (file !== undefined) closeSync(file);
  }
  return { sha256: hash.digest('hex'), unchanged: written === undefined };
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

/** Bytes of a block. */
const BLOCK = 1 << 16;
const ROOM = 4 * BLOCK;
/**
 * Room for every block but those with a very long piece: a buffer for each would take twice the time. The pieces of the
 * index come from writing all other files, so there are two in use.
 */
const idle: Buffer[] = [];
/** UTF-8 takes no more for a UTF-16 code unit. */
const MOST_BYTES = 3;

/** Each block is gone when the next one is asked for. */
function* inBlocks(pieces: Iterable<string>): Generator<Buffer> {
  const room = idle.pop() ?? Buffer.allocUnsafeSlow(ROOM);
  try {
    yield* blocksIn(room, pieces);
  } finally {
    idle.push(room);
  }
}

/** Pieces are not put together first, which would copy them twice. */
function* blocksIn(room: Buffer, pieces: Iterable<string>): Generator<Buffer> {
  let size = 0;
  for (const piece of wholeCharacters(pieces)) {
    const most = piece.length * MOST_BYTES;
    if (size > 0 && size + most > room.length) {
      yield room.subarray(0, size);
      size = 0;
    }
    if (most > room.length) yield Buffer.from(piece);
    else size += room.write(piece, size);
    if (size < BLOCK) continue;
    yield room.subarray(0, size);
    size = 0;
  }
  if (size > 0) yield room.subarray(0, size);
}

/** Pieces that end with a character, never with the first half of one. */
function* wholeCharacters(pieces: Iterable<string>): Generator<string> {
  let held = '';
  for (const piece of pieces) {
    const whole = held === '' ? piece : held + piece;
    // The first half of a surrogate pair.
    const isHalf = (whole.charCodeAt(whole.length - 1) & 0xfc00) === 0xd800;
    held = isHalf ? whole.slice(-1) : '';
    yield isHalf ? whole.slice(0, -1) : whole;
  }
  if (held !== '') yield held;
}

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
