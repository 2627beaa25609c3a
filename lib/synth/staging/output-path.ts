import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

/** Where a path leads, also if nothing is there (any more). */
export function behindLinks(path: string): string {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  return behindLinks(resolve(realpathSync(dirname(path)), readlinkSync(path)));
}

/**
 * Makes a directory and those above it.
 * @returns the first one that was made; undefined if all were there
 */
export function makeDirectories(path: string): string | undefined {
  try {
    return mkdirSync(path, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Node says so of read-only file systems and of links that lead nowhere; alone, the first one gets the true answer.
    let first = path;
    while (!existsSync(dirname(first))) first = dirname(first);
    mkdirSync(first);
    mkdirSync(path, { recursive: true });
    return first;
  }
}

/** Mode of a directory; undefined if there is none. */
export function directoryMode(path: string): number | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isDirectory() ? stats.mode : undefined;
  } catch {
    // A part of the path is a file.
    return undefined;
  }
}

/** The same text for the same directory, whatever its name. */
export function identity(directory: string): string {
  const { ino, birthtimeNs } = statSync(directory, { bigint: true });
  return `${ino} ${birthtimeNs}`;
}

/** Replacing the directory that a shell stands in would leave it standing nowhere. */
export function holdsCurrentDirectory(target: string): boolean {
  const path = relative(target, process.cwd());
  return existsSync(target) && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** Why the file system refuses, for people. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'permission is denied';
  if (code === 'ENOTDIR') return 'a part of its path is a file';
  if (code === 'EEXIST') return 'a part of its path is a file, or a link that leads nowhere';
  if (code === 'EBUSY' || code === 'EXDEV') {
    return 'it is a mount point or part of a container image, and so cannot be renamed; choose a directory in it';
  }
  return message;
}
