import { statSync } from 'node:fs';
import { join } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import type { Finding } from '../../finding';

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
    if (found?.isDirectory()) return manifestsIn(path);
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

/** Folders whose names start with a dot, and installed packages, hold no manifests of ours. */
function manifestsIn(directory: string): readonly string[] {
  const options = { cwd: directory, onlyFiles: true, ignore: ['**/node_modules/**'] };
  return globSync('**/*.{yaml,yml,json}', options)
    .sort()
    .map((file) => join(directory, file));
}
