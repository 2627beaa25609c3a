import { relative, sep } from 'node:path';
import { type Finding, InvalidValueError, type Where } from '../finding';

/** Folder of this library; frames in it are not where a user's mistake stands. */
const LIBRARY = `${__dirname.split(sep).slice(0, -1).join(sep)}${sep}`;

/**
 * A programmer's error as a finding: at its construct, or else at the line of the program that made the value.
 * @throws the error itself if it is not one of ours
 */
export function programmerFinding(error: unknown): Finding {
  if (!(error instanceof InvalidValueError)) throw error;
  const where = error.construct === undefined ? callerOf(error) : { construct: error.construct };
  return { rule: 'invalid-value', severity: 'error', where, ...error.problem };
}

function callerOf(error: Error): Where {
  for (const frame of error.stack?.split('\n').slice(1) ?? []) {
    const match = /\(?(?:file:\/\/)?([^()\s]+):(\d+):(\d+)\)?$/.exec(frame);
    const [, file, line, column] = match ?? [];
    if (file === undefined || file.startsWith('node:') || file.startsWith(LIBRARY) || file.includes('node_modules'))
      continue;
    return { file: relative(process.cwd(), file), line: Number(line), column: Number(column) };
  }
  return { construct: '' };
}
