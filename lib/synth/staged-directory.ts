import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FindingsError } from '../finding';

/** What became of the files of a directory. */
export interface FileCounts {
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

/**
 * A directory that is replaced as a whole. Everything is first put beside it: new files are written, files whose
 * content did not change are linked, so that they keep their time stamps. `commit` then swaps the two with a rename.
 * Whatever stops the process before that leaves the old directory as it was.
 */
export class StagedDirectory {
  private readonly target: string;
  private readonly stage: string;
  private readonly madeDirectories = new Set<string>();
  private readonly staged = new Set<string>();
  private written = 0;
  private unchanged = 0;

  /**
   * @param directory the directory to replace; it may not exist yet
   * @param ours files below it that an earlier run wrote; the ones that are not staged again go, everything else stays
   * @throws FindingsError if the directory is a file or cannot be written
   */
  constructor(
    directory: string,
    private readonly ours: ReadonlySet<string>,
  ) {
    const path = resolve(directory);
    try {
      this.target = existsSync(path) ? realpathSync(path) : path;
      if (existsSync(this.target) && !statSync(this.target).isDirectory()) throw new Error('it is a file');
      const parent = dirname(this.target);
      mkdirSync(parent, { recursive: true });
      cleanUp(parent, this.target);
      this.stage = join(parent, `${stagePrefix(this.target)}${process.pid}-${randomBytes(4).toString('hex')}`);
      mkdirSync(this.stage);
      active.add(this.stage);
      if (existsSync(this.target)) chmodSync(this.stage, statSync(this.target).mode);
    } catch (error) {
      throw new FindingsError([
        {
          rule: 'output-directory',
          severity: 'error',
          where: { file: directory },
          message: `the output directory cannot be written: ${reason(error)}`,
          fix: 'choose a directory that can be created and written with --outdir',
        },
      ]);
    }
  }

  /**
   * Puts a file in place.
   * @param file path below the directory
   * @returns SHA-256 of the content, in hexadecimal
   */
  put(file: string, text: string): string {
    const content = Buffer.from(text);
    const path = join(this.stage, file);
    this.makeDirectory(dirname(path));
    if (this.linkIfEqual(file, path, content)) this.unchanged++;
    else {
      writeFileSync(path, content);
      this.written++;
    }
    this.staged.add(file);
    return createHash('sha256').update(content).digest('hex');
  }

  /** Makes the staged files the directory. */
  commit(): FileCounts {
    active.delete(this.stage);
    if (!existsSync(this.target)) {
      renameSync(this.stage, this.target);
      return { written: this.written, unchanged: this.unchanged, removed: 0 };
    }
    const removed = [...this.ours].filter((file) => !this.staged.has(file) && existsSync(join(this.target, file)));
    this.keepOthers('');
    const old = `${this.stage}${OLD}`;
    renameSync(this.target, old);
    try {
      renameSync(this.stage, this.target);
    } catch (error) {
      renameSync(old, this.target);
      throw error;
    }
    rmSync(old, { recursive: true, force: true });
    return { written: this.written, unchanged: this.unchanged, removed: removed.length };
  }

  /** Throws the staged files away; the directory stays as it was. */
  discard(): void {
    active.delete(this.stage);
    rmSync(this.stage, { recursive: true, force: true });
  }

  private linkIfEqual(file: string, path: string, content: Buffer): boolean {
    const existing = join(this.target, file);
    try {
      if (!readFileSync(existing).equals(content)) return false;
    } catch {
      return false;
    }
    linkOrCopy(existing, path);
    return true;
  }

  /** Carries over what other programs or people put into the directory. */
  private keepOthers(folder: string): void {
    for (const entry of readdirSync(join(this.target, folder), { withFileTypes: true })) {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) this.keepOthers(file);
      else if (!this.staged.has(file) && !this.ours.has(file)) {
        this.makeDirectory(join(this.stage, folder));
        const [from, to] = [join(this.target, file), join(this.stage, file)];
        if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
        else if (entry.isFile()) linkOrCopy(from, to);
      }
    }
  }

  private makeDirectory(path: string): void {
    if (this.madeDirectories.has(path)) return;
    mkdirSync(path, { recursive: true });
    this.madeDirectories.add(path);
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Some file systems have no hard links; a copy with the old time stamps looks the same to every reader.
    copyFileSync(from, to);
    const { atime, mtime } = statSync(from);
    utimesSync(to, atime, mtime);
  }
}

function stagePrefix(target: string): string {
  return `.${basename(target)}.portcullis-`;
}

const OLD = '-old';

/** Stages of this process, which a second run in the same process must not take for left-overs. */
const active = new Set<string>();

/**
 * Removes what a killed run left behind. If it was killed between its two renames, the old directory is the only
 * whole one, so it is put back first.
 */
function cleanUp(parent: string, target: string): void {
  const prefix = stagePrefix(target);
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || active.has(path) || (pid !== process.pid && isRunning(pid))) continue;
    if (name.endsWith(OLD) && !existsSync(target)) renameSync(path, target);
    else rmSync(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'permission is denied';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of its path is a file';
  return message;
}
