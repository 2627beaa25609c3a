import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { FindingsError } from '../../finding';
import { STDIN } from '../load/find-files';
import type { Flow } from './flow';
import { FlowEnds } from './flow-end';
import { readLines } from './lines';
import { readFlow } from './read-flow';
import { SkipCounts, type Skipped } from './skipped';

export interface ReadFlowsOptions {
  readonly onFlow: (flow: Flow) => void;
  /** Hears now and then how many bytes were read, and of how many; the total is 0 where nobody knows. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * What `-` stands for.
   * @default process.stdin
   */
  readonly stdin?: Readable;
}

/** What a recording came to, besides its flows. */
export interface Recording {
  /** Lines that hold something. */
  readonly lines: number;
  readonly skipped: readonly Skipped[];
}

/**
 * Reads recorded flows of Hubble, one file after the other, in constant memory. Lines that cannot be read are counted.
 * @param files paths, or `-` for standard input
 * @throws FindingsError if a file is not there, or is compressed
 */
export async function readFlows(files: readonly string[], options: ReadFlowsOptions): Promise<Recording> {
  const { onFlow, onProgress, stdin = process.stdin } = options;
  const ends = new FlowEnds();
  const skips = new SkipCounts();
  const total = files.reduce((sum, file) => sum + sizeOf(file), 0);
  let lines = 0;
  let bytes = 0;
  for (const file of files) {
    await withFile(file, () =>
      readLines(
        file === STDIN ? stdin : file,
        (line, number) => {
          if (line === undefined) {
            lines++;
            return skips.add('too-long', file, number);
          }
          if (isBlank(line)) return;
          if (number === 1 && line.startsWith(GZIP)) throw compressed(file);
          lines++;
          const read = readFlow(line, ends);
          if ('skipped' in read) skips.add(read.skipped, file, number, read.count);
          else onFlow(read);
        },
        (count) => {
          bytes += count;
          onProgress?.(bytes, total);
        },
      ),
    );
  }
  return { lines, skipped: skips.list() };
}

/** How a file of gzip starts; what follows is no UTF-8. */
const GZIP = '\u001f\ufffd';

function isBlank(line: string): boolean {
  return line === '' || line === '\r' || line.trim() === '';
}

function sizeOf(file: string): number {
  return file === STDIN ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
}

async function withFile(file: string, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code.startsWith('ERR_')) throw error;
    throw unreadable(file, `cannot be read: ${(error as Error).message}`, 'name a file of flows, one to a line, or -');
  }
}

function compressed(file: string): FindingsError {
  return unreadable(file, 'is compressed', `pipe it: gunzip -c ${file} | portcullis … -`);
}

function unreadable(file: string, message: string, fix: string): FindingsError {
  return new FindingsError([{ rule: 'file-unreadable', severity: 'error', where: { file }, message, fix }]);
}
