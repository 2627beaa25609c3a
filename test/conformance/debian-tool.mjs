// Programs that Debian packages. A program on the PATH is taken as it is; otherwise its package is unpacked, and not
// installed, so that no server starts and nobody has to be root.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), '.cache', 'packages');

/** The path of the program, on the PATH or unpacked. */
export function unpackedDebianTool({ name, package: debianPackage }) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const unpacked = ['usr/bin', 'usr/sbin'].map((folder) => path.join(packages, debianPackage, folder));
  return [...folders, ...unpacked].map((folder) => path.join(folder, name)).find(isProgram);
}

/**
 * Downloads and unpacks the program's package; returns what went wrong: `error`, or `timedOut`.
 * @param milliseconds that it may take
 */
export function unpackDebianTool({ name, package: debianPackage }, milliseconds) {
  const end = Date.now() + milliseconds;
  const folder = path.join(packages, debianPackage);
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  try {
    const command = (program, ...args) => run(program, args, unfinished, end - Date.now());
    let problem = command('apt-get', 'download', debianPackage);
    // Where no list of packages has been fetched yet.
    if (problem.error !== undefined) {
      problem = command('apt-get', 'update');
      if (problem.error === undefined) problem = command('apt-get', 'download', debianPackage);
    }
    if (Object.keys(problem).length > 0) return problem;
    const archive = readdirSync(unfinished).find((file) => file.endsWith('.deb'));
    if (archive === undefined) return { error: `apt-get downloaded nothing for ${debianPackage}` };
    problem = command('dpkg-deb', '-x', archive, '.');
    if (Object.keys(problem).length > 0) return problem;
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return existsSync(path.join(folder, 'usr')) && unpackedDebianTool({ name, package: debianPackage }) !== undefined
    ? {}
    : { error: `the package ${debianPackage} holds no ${name}` };
}

/** What the program says of itself: `prometheus, version 2.42.0+ds, …`. */
export function debianToolVersion(tool) {
  const { stdout = '', stderr = '' } = spawnSync(unpackedDebianTool(tool) ?? tool.name, ['--version'], {
    encoding: 'utf8',
  });
  const version = /\bversion:? v?(\d[^\s,+]*)/i.exec(`${stdout}\n${stderr}`)?.[1];
  if (version === undefined) throw new Error(`${tool.name} --version names no version`);
  return version;
}

function run(program, args, cwd, milliseconds) {
  if (milliseconds <= 0) return { timedOut: true };
  const { error, status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: milliseconds });
  if (error?.code === 'ETIMEDOUT') return { timedOut: true };
  if (error !== undefined) {
    return { error: error.code === 'ENOENT' ? `the command "${program}" was not found` : error.message };
  }
  return status === 0 ? {} : { error: `${program} ${args[0]} ended with status ${status}\n${stderr.trimEnd()}` };
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
