import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FindingsError } from '../../finding';
import { indexedFiles } from '../index-file';
import { cleanUp, newStageName, oldName, restore } from './left-over';
import { behindLinks, holdsCurrentDirectory, identity, makeDirectories, reason } from './output-path';
import type { Piece, StagedText } from './piece';
import { linkOrCopy } from './staged-file';
import { DirectStager, type StagedCounts, type Stager, ThreadFailure } from './stager';

/** What became of the files of a directory. */
export interface FileCounts extends StagedCounts {
  readonly removed: number;
}

/**
 * A directory that is replaced as a whole. Everything is first put beside it: new files are written, files whose
 * content did not change are linked, so that they keep their time stamps. `commit` then swaps the two with a rename;
 * files that the last run wrote and this one did not are gone then, files of others stay. Whatever stops the process
 * before that leaves the old directory as it was.
 */
export class StagedDirectory {
  private readonly target: string;
  private readonly stage: string;
  /** True if there was a directory to replace. If one comes up meanwhile, all its files count as changed. */
  private readonly replaces: boolean;
  /** The folder above the target as it was named, and the first part of that name that did not exist. */
  private readonly above: string;
  private readonly madeAbove: string | undefined;
  private readonly madeFolders = new Set<string>();
  private readonly staged = new Set<string>();
  private readonly kept = new Set<string>();
  private stager: Stager;
  private counts: StagedCounts | undefined;

  /**
   * @param directory the directory to replace; it may not exist yet
   * @param stagerOf makes what writes the files
   * @throws FindingsError if the directory is a file, holds the current directory or cannot be written
   */
  constructor(
    private readonly directory: string,
    stagerOf: () => Stager = () => new DirectStager(),
  ) {
    try {
      const path = behindLinks(resolve(directory));
      this.above = dirname(path);
      this.madeAbove = makeDirectories(this.above);
      this.target = join(realpathSync(this.above), basename(path));
      cleanUp(this.target);
      const existing = statSync(this.target, { throwIfNoEntry: false });
      if (existing?.isDirectory() === false) throw new Error('it is a file');
      if (holdsCurrentDirectory(this.target)) throw new Error('it would pull the current directory away');
      this.stage = newStageName(this.target);
      mkdirSync(this.stage);
      this.replaces = existing !== undefined;
      if (existing !== undefined) chmodSync(this.stage, existing.mode);
      this.stager = stagerOf();
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Where the files stand before they are put in place. */
  get path(): string {
    return this.stage;
  }

  /**
   * Puts a file in place.
   * @param file path below the directory
   * @param pieces its text; an array or a generator, since a string would come letter by letter
   * @throws FindingsError if it cannot be written, or anything before; what `pieces` throws stays as it is
   */
  put(file: string, pieces: Iterable<Piece>): StagedText {
    try {
      this.makeFolder(dirname(file));
      const existing = this.replaces ? join(this.target, file) : undefined;
      const text = this.stager.file(`${this.stage}/${file}`, existing, pieces);
      this.staged.add(file);
      return text;
    } catch (error) {
      throw this.isOwn(error) ? this.failure(error) : error;
    }
  }

  /**
   * Waits until all files stand beside the directory. Nothing can be put there after that.
   * @throws FindingsError if one of them cannot be written
   */
  complete(): StagedCounts {
    if (this.counts !== undefined) return this.counts;
    try {
      this.counts = this.stager.finish();
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall === undefined ? error : this.failure(error);
    }
    this.stager = new DirectStager();
    return this.counts;
  }

  /**
   * Makes the staged files the directory.
   * @throws FindingsError if that cannot be; the directory is as it was then
   */
  commit(): FileCounts {
    try {
      const counts = this.complete();
      return { ...counts, removed: this.replaceTarget(counts) };
    } catch (error) {
      this.discard();
      throw error instanceof FindingsError ? error : this.failure(error);
    }
  }

  /** Throws the staged files away; the directory stays as it was. */
  discard(): void {
    try {
      this.stager.abort();
    } finally {
      rmSync(this.stage, { recursive: true, force: true });
      this.removeEmptyAbove();
    }
  }

  /** @returns how many files of the last run are gone */
  private replaceTarget(counts: StagedCounts): number {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try {
        const removed = this.tryToReplaceTarget(counts);
        if (removed !== undefined) return removed;
      } catch (error) {
        if (!this.lostRace(error)) throw error;
      }
      pause();
    }
    throw new Error('other runs are replacing it all the time');
  }

  /** True if the reason is that another run replaces the directory at the same time and was faster. */
  private lostRace(error: unknown): boolean {
    return RACE_LOST.has((error as NodeJS.ErrnoException).code ?? '') && existsSync(this.stage);
  }

  /** Undefined if another run is replacing the directory at this moment. */
  private tryToReplaceTarget({ written }: StagedCounts): number | undefined {
    if (!existsSync(this.target)) {
      if (!restore(this.target)) return undefined;
      if (!existsSync(this.target)) {
        renameSync(this.stage, this.target);
        return 0;
      }
    }
    const walked = identity(this.target);
    const ours = indexedFiles(this.target);
    const removed = [...ours].filter((file) => !this.staged.has(file) && existsSync(join(this.target, file))).length;
    if (written === 0 && removed === 0) {
      // Nothing changed, so whoever looks at the directory need not lose sight of it.
      this.discard();
      return 0;
    }
    const old = oldName(this.stage);
    if (!this.takeAway(walked, ours, old)) return undefined;
    this.putInPlaceOf(old);
    return removed;
  }

  /** False if another run replaced the directory since it was `walked`. */
  private takeAway(walked: string, ours: ReadonlySet<string>, old: string): boolean {
    try {
      this.keepOthers('', ours);
      renameSync(this.target, old);
      if (identity(old) === walked) return true;
      renameSync(old, this.target);
    } catch (error) {
      if (!this.lostRace(error)) throw error;
    }
    // What was kept may be that run's own.
    this.forgetOthers();
    return false;
  }

  private putInPlaceOf(old: string): void {
    try {
      renameSync(this.stage, this.target);
    } catch (error) {
      if (existsSync(this.target)) rmSync(old, { recursive: true, force: true });
      else renameSync(old, this.target);
      throw error;
    }
    try {
      // Half removed, it must not look like a directory to go back to. If even that fails, the next run removes it.
      renameSync(old, this.stage);
      rmSync(this.stage, { recursive: true, force: true });
    } catch {}
  }

  /** Carries over what other programs or people put into the directory. */
  private keepOthers(folder: string, ours: ReadonlySet<string>): void {
    for (const entry of readdirSync(join(this.target, folder), { withFileTypes: true })) {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) this.keepFolder(file, ours);
      else if (!this.staged.has(file) && !ours.has(file) && !this.kept.has(file))
        this.keepFile(file, entry.isSymbolicLink());
    }
  }

  private keepFolder(folder: string, ours: ReadonlySet<string>): void {
    if (readdirSync(join(this.target, folder)).length > 0) this.keepOthers(folder, ours);
    else if (!this.staged.has(folder)) this.makeFolder(folder);
  }

  private keepFile(file: string, isLink: boolean): void {
    const [from, to] = [join(this.target, file), join(this.stage, file)];
    const above = ancestors(file).find((folder) => this.staged.has(folder));
    if (above !== undefined || lstatSync(to, { throwIfNoEntry: false }) !== undefined) {
      throw new Error(`somebody else's '${file}' is there, in the way of '${above ?? `${file}/`}'`);
    }
    this.makeFolder(dirname(file));
    if (isLink) symlinkSync(readlinkSync(from), to);
    else linkOrCopy(from, to);
    this.kept.add(file);
  }

  private forgetOthers(): void {
    for (const file of this.kept) rmSync(join(this.stage, file));
    this.kept.clear();
  }

  /** Makes a folder of the stage like the one of the target, if there is one. */
  private makeFolder(folder: string): void {
    if (folder === '.' || this.madeFolders.has(folder)) return;
    this.makeFolder(dirname(folder));
    const like = this.replaces ? join(this.target, folder) : undefined;
    this.stager.folder(`${this.stage}/${folder}`, like);
    this.madeFolders.add(folder);
  }

  private removeEmptyAbove(): void {
    if (this.madeAbove === undefined) return;
    try {
      for (let folder = this.above; folder.startsWith(this.madeAbove); folder = dirname(folder)) {
        rmdirSync(folder);
      }
    } catch {
      // Something else is in it by now.
    }
  }

  /** True for errors of the file system about what is staged, not about files that a renderer may read. */
  private isOwn(error: unknown): boolean {
    const { syscall, path } = error as NodeJS.ErrnoException;
    if (syscall === undefined) return false;
    return error instanceof ThreadFailure || path === undefined || path.startsWith(this.stage);
  }

  private failure(error: unknown): FindingsError {
    return new FindingsError([
      {
        rule: 'output-directory',
        severity: 'error',
        where: { file: this.directory },
        message: `the output directory cannot be written: ${reason(error)}`,
        fix: 'choose a directory that can be created and written with --outdir',
      },
    ]);
  }
}

const RACE_LOST: ReadonlySet<string> = new Set(['ENOENT', 'ENOTEMPTY', 'EEXIST']);
const PAUSE_MS = 10;
/** Longer than a directory that a killed run left between its two renames is waited for. */
const MOST_ATTEMPTS = 1500;

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

function ancestors(file: string): readonly string[] {
  const parts = file.split('/');
  return parts.slice(1).map((_, count) => parts.slice(0, count + 1).join('/'));
}
