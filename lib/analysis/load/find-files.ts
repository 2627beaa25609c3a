import { statSync } from 'node:fs';
import { globSync, isDynamicPattern } from 'tinyglobby';
import type { Finding } from '../../finding';
import { Folder } from './folder';

/** Standard input among paths. */
export const STDIN = '-';

/** The files that paths stand for, each once and in order: files, directories with all below them, and globs. */
export function findFiles(paths: readonly string[]): {
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const files = paths.flatMap((path): readonly string[] => {
    if (path === STDIN) return [STDIN];
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      const folder = new Folder(path);
      findings.push(...folder.findings);
      return folder.files;
    }
    if (found !== undefined) return [path];
    const matched = isDynamicPattern(path) ? globSync(path, { onlyFiles: true, expandDirectories: false }).sort() : [];
    if (matched.length === 0) {
      const message = isDynamicPattern(path) ? 'the pattern matches no file' : 'there is no such file or directory';
      const fix = 'name a directory, a file, a glob in quotes, or - for standard input';
      findings.push({ rule: 'file-unreadable', severity: 'error', where: { file: path }, message, fix });
    }
    return matched;
  });
  return { files: [...new Set(files)], findings };
}
