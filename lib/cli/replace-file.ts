import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { systemReason } from '../environment/file-text';
import { FindingsError } from '../finding';

/**
 * Writes a file as a whole or not at all: whoever reads it meanwhile reads the old one.
 * @param what what the file is, for the message: `the lock`
 * @throws FindingsError if it cannot be written
 */
export function replaceFile(file: string, text: string, what: string): void {
  const beside = `${file}.new`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    const message = `${what} cannot be written: ${systemReason(error)}`;
    const fix = 'check the folder and who may write';
    throw new FindingsError([{ rule: 'file-unreadable', severity: 'error', where: { file }, message, fix }]);
  }
}
