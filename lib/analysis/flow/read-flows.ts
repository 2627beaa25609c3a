import type { Flow } from './flow';
import { FlowEnds } from './flow-end';
import { type ReadFilesOptions, readFiles } from './read-files';
import { readFlow } from './read-flow';
import { SkipCounts, type Skipped } from './skipped';

export interface ReadFlowsOptions extends ReadFilesOptions {
  readonly onFlow: (flow: Flow) => void;
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
  const { onFlow, ...others } = options;
  const ends = new FlowEnds();
  const skips = new SkipCounts();
  let lines = 0;
  await readFiles(
    files,
    (line, number, file) => {
      if (line !== undefined && isBlank(line)) return;
      lines++;
      if (line === undefined) {
        skips.add('too-long', file, number);
        return;
      }
      const read = readFlow(line, ends);
      if ('skipped' in read) skips.add(read.skipped, file, number, read.count);
      else onFlow(read);
    },
    others,
    {
      bytes: REPLY,
      onLine: (number, file) => {
        lines++;
        skips.add('reply', file, number);
      },
    },
  );
  return { lines, skipped: skips.list() };
}

/** Half of all flows are replies. In text, quotes are escaped, so that this can be nothing but the field. */
const REPLY = Buffer.from('"is_reply":true');

function isBlank(line: string): boolean {
  return !line.startsWith('{') && line.trim() === '';
}
