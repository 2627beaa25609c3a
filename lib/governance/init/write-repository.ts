import { lstatSync, mkdirSync, rmdirSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemReason } from '../../environment/file-text';
import { type Finding, FindingsError } from '../../finding';
import type { TemplateFile } from './template';

/** What became of the files of a new repository. */
export interface WrittenRepository {
  readonly written: readonly string[];
  /** Files that were there, and stay as they are. */
  readonly kept: readonly string[];
}

/**
 * Writes files into a folder, all or none. Nothing that is there is ever opened for writing.
 * @param folder made if it does not exist
 * @param onlyMissing writes what is missing, and keeps what is there
 * @throws FindingsError that names each file that is in the way, or why nothing can be written
 */
export function writeRepository(
  folder: string,
  files: readonly TemplateFile[],
  onlyMissing: boolean,
): WrittenRepository {
  const there = new Set(files.filter(({ path }) => entryAt(join(folder, path))).map(({ path }) => path));
  const inTheWay = [
    ...foldersInTheWay(folder, files),
    ...(onlyMissing ? [] : [...there].map((path) => exists(join(folder, path)))),
  ];
  if (inTheWay.length > 0) throw new FindingsError(inTheWay);
  const missing = files.filter(({ path }) => !there.has(path));
  writeAll(folder, missing);
  return { written: missing.map(({ path }) => path), kept: [...there] };
}

/**
 * What stands at a path; a link that leads nowhere does, too, since to write to it would make a file somewhere else.
 * Where that cannot be told, the attempt to write will say why.
 */
function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Files and links that stand where a folder has to be; behind a link, files would come up outside of the folder. */
function foldersInTheWay(folder: string, files: readonly TemplateFile[]): readonly Finding[] {
  const folders = new Set(files.flatMap(({ path }) => parents(path)));
  return [...folders].sort().flatMap((path): readonly Finding[] => {
    const file = join(folder, path);
    const found = entryAt(file);
    if (found === undefined || found.isDirectory()) return [];
    const message = `${found.isSymbolicLink() ? 'a link' : 'a file'} stands where a folder has to be`;
    return [refusal('file-in-the-way', file, message, 'move it away, or name another folder')];
  });
}

/** `.github/workflows/policy.yml` as `.github` and `.github/workflows`. */
function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, count) => parts.slice(0, count + 1).join('/'));
}

function exists(file: string): Finding {
  const fix = 'move it away, name another folder, or write only what is missing with --missing';
  return refusal('file-exists', file, 'the file is there already, and nothing is overwritten', fix);
}

function writeAll(folder: string, files: readonly TemplateFile[]): void {
  const undo: (() => void)[] = [];
  let at = folder;
  try {
    for (const { path, text } of files) {
      at = join(folder, path);
      const made = mkdirSync(dirname(at), { recursive: true });
      if (made !== undefined) undo.push(() => removeFolders(dirname(join(folder, path)), made));
      // Refused if somebody made the file meanwhile.
      writeFileSync(at, text, { flag: 'wx' });
      undo.push(() => rmSync(join(folder, path)));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    const message = `it cannot be written: ${systemReason(error)}`;
    throw new FindingsError([refusal('file-unwritable', at, message, 'check the folder and who may write')]);
  }
}

/** Removes a folder and those above it, up to the one that was made first. */
function removeFolders(folder: string, first: string): void {
  for (let path = folder; path.length >= first.length; path = dirname(path)) rmdirSync(path);
}

function refusal(rule: string, file: string, message: string, fix: string): Finding {
  return { rule, severity: 'error', where: { file }, message, fix };
}
