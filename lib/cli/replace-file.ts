import { randomUUID } from 'node:crypto';
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemReason } from '../environment/file-text';
import { FindingsError } from '../finding';

/**
 * Writes a file as a whole or not at all: whoever reads it meanwhile reads the old one. Behind a link, the file that it
 * leads to is replaced; devices and pipes, such as `/dev/stdout`, are written to.
 * @param what what the file is, for the message: `the lock`
 * @throws FindingsError if it cannot be written
 */
export function replaceFile(file: string, text: string, what: string): void {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found !== undefined && (found.isCharacterDevice() || found.isFIFO() || isStream(file))) {
      writeFileSync(file, text);
    } else if (found === undefined) replace(file, text);
    else replace(realpathSync(file), text, found.mode);
  } catch (error) {
    const message = `${what} cannot be written: ${systemReason(error)}`;
    const fix = 'check the folder and who may write';
    throw new FindingsError([{ rule: 'file-unreadable', severity: 'error', where: { file }, message, fix }]);
  }
}

/** Standard output may lead to a file, which the process goes on writing to. */
function isStream(file: string): boolean {
  return /^\/(?:dev|proc)\//.test(resolve(file));
}

function replace(target: string, text: string, mode?: number): void {
  const beside = `${target}.${randomUUID()}.tmp`;
  try {
    writeFileSync(beside, text, { flag: 'wx', ...(mode === undefined ? {} : { mode }) });
    renameSync(beside, target);
  } finally {
    rmSync(beside, { force: true });
  }
}
