import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import type { Finding } from '../finding';

/** Largest file that is read, in bytes. A workspace takes some 500 bytes, so this is about 30,000 of them. */
export const LARGEST_FILE = 16 * 1024 * 1024;

/** Reads a text file of bounded size. */
export function readText(file: string): { readonly text: string } | { readonly findings: readonly Finding[] } {
  const failed = (rule: string, message: string, fix: string) => ({
    findings: [{ rule, severity: 'error' as const, where: { file }, message, fix }],
  });
  try {
    const found = statSync(file);
    // A device or a pipe could be read for ever.
    if (!found.isFile()) {
      const what = found.isDirectory() ? 'a folder' : 'a device or a pipe';
      return failed('file-unreadable', `${what} stands where a settings file should be`, 'put a file in its place');
    }
    if (found.size > LARGEST_FILE) {
      const fix = `settings have at most ${LARGEST_FILE} bytes; check that this is the right file`;
      return failed('file-too-large', `the file has ${found.size} bytes`, fix);
    }
    const content = readFileSync(file);
    if (!isUtf8(content)) {
      return failed('yaml-syntax', 'the file is not UTF-8 text', 'save it as UTF-8; check that it is a settings file');
    }
    return { text: content.toString('utf8').replace(/^\ufeff/, '') };
  } catch (error) {
    return failed(
      'file-unreadable',
      `the file cannot be read: ${systemReason(error)}`,
      'check that it exists and who may read it',
    );
  }
}

/** Why the operating system refused something, in words. */
export function systemReason(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
