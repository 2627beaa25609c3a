import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** End of the name that a directory has between the two renames that replace it. */
const OLD = '-old';
/** It has that name for an instant. After this long whoever gave it is gone, even if there is a process with its id. */
const INSTANT_MS = 10_000;
const STARTED_MS = Date.now() - process.uptime() * 1000;

/** A name beside a directory for what is going to replace it, with the id of the process that writes there. */
export function newStageName(target: string): string {
  return join(dirname(target), `${prefix(target)}${process.pid}-${randomBytes(4).toString('hex')}`);
}

/** The name for an instant of the directory that a stage replaces. */
export function oldName(stage: string): string {
  return `${stage}${OLD}`;
}

/** Removes what killed runs left beside a directory, and puts it back if one was killed between its two renames. */
export function cleanUp(target: string): void {
  restore(target);
  for (const leftOver of leftOvers(target)) {
    if (!leftOver.isOld && isAbandoned(leftOver)) rmSync(leftOver.path, { recursive: true, force: true });
  }
}

/**
 * Puts a directory back whose run was killed between its two renames.
 * @returns false if another run is between its two renames at this moment
 */
export function restore(target: string): boolean {
  for (const leftOver of leftOvers(target)) {
    if (!leftOver.isOld) continue;
    if (existsSync(target)) rmSync(leftOver.path, { recursive: true, force: true });
    else if (isAbandoned(leftOver)) renameIfThere(leftOver.path, target);
    else return false;
  }
  return true;
}

interface LeftOver {
  readonly path: string;
  /** True for a directory that was there before, false for one that is going to replace it. */
  readonly isOld: boolean;
  readonly pid: number;
}

function leftOvers(target: string): readonly LeftOver[] {
  const parent = dirname(target);
  const start = prefix(target);
  return readdirSync(parent).flatMap((name) => {
    const match = name.startsWith(start) ? /^(\d+)-[\da-f]{8}(-old)?$/.exec(name.slice(start.length)) : null;
    return match === null ? [] : [{ path: join(parent, name), isOld: name.endsWith(OLD), pid: Number(match[1]) }];
  });
}

function prefix(target: string): string {
  return `.${basename(target)}.portcullis-`;
}

function isAbandoned({ path, isOld, pid }: LeftOver): boolean {
  // A container starts every run with the same process id.
  if (pid === process.pid) return isOlderThan(path, STARTED_MS);
  return !isRunning(pid) || (isOld && isOlderThan(path, Date.now() - INSTANT_MS));
}

function isOlderThan(path: string, time: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.ctimeMs < time;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Another run may have been faster. */
function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
