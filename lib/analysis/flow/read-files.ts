import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { FindingsError } from '../../finding';
import { STDIN } from '../load/find-files';
import { readLines } from './lines';

export interface ReadFilesOptions {
  /** Hears now and then how many bytes were read, and of how many; the total is 0 where nobody knows. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * What `-` stands for.
   * @default process.stdin
   */
  readonly stdin?: Readable;
}

/** Hears of each line with its number and file; undefined is one that is too long. */
export type OnFileLine = (line: string | undefined, number: number, file: string) => void;

/**
 * Reads the lines of files one after the other, in constant memory.
 * @param files paths, or `-` for standard input
 * @param without JSON objects of which only the numbers are told, see LineReader
 * @throws FindingsError if a file is not there, or is compressed
 */
export async function readFiles(
  files: readonly string[],
  onLine: OnFileLine,
  { onProgress, stdin = process.stdin }: ReadFilesOptions = {},
  without?: { readonly bytes: Buffer; readonly onLine: (number: number, file: string) => void },
): Promise<void> {
  const total = files.reduce((sum, file) => sum + sizeOf(file), 0);
  let bytes = 0;
  for (const file of files) {
    try {
      await readLines(file === STDIN ? stdin : file, {
        onLine: (line, number) => {
          if (number === 1 && line?.startsWith(GZIP) === true) throw compressed(file);
          onLine(line, number, file);
        },
        onBlock: (count) => {
          bytes += count;
          onProgress?.(bytes, total);
        },
        ...(without === undefined
          ? {}
          : { without: { bytes: without.bytes, onLine: (number) => without.onLine(number, file) } }),
      });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined || code.startsWith('ERR_')) throw error;
      throw unreadable(file, `cannot be read: ${message}`, 'name a file with one JSON object to a line, or -');
    }
  }
}

/** How a file of gzip starts; what follows is no UTF-8. */
const GZIP = '\u001f\ufffd';

function sizeOf(file: string): number {
  return file === STDIN ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
}

function compressed(file: string): FindingsError {
  return unreadable(file, 'is compressed', `pipe it: gunzip -c ${file} | portcullis … -`);
}

function unreadable(file: string, message: string, fix: string): FindingsError {
  return new FindingsError([{ rule: 'file-unreadable', severity: 'error', where: { file }, message, fix }]);
}
