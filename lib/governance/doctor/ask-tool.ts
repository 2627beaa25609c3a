import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { printable } from '../../finding';
import type { Tool } from './tool';
import { versionIn } from './tool-version';

/** What became of the question for a tool's version. */
export type ToolAnswer =
  | { readonly state: 'missing' }
  | { readonly state: 'silent'; readonly file: string; readonly why: string }
  | { readonly state: 'found'; readonly file: string; readonly version: string; readonly sha256?: string };

export interface AskOptions {
  /** Folders to look for the command in, as the variable PATH has them. */
  readonly path: string;
  /** How long the tool may take, in milliseconds. */
  readonly timeout: number;
  /** Also reads the file, for its SHA-256. */
  readonly hashes: boolean;
}

/** Runs a tool for its version. A tool that hangs, fails or prints no version is silent, and nothing throws. */
export async function askTool({ name, asks }: Tool, options: AskOptions): Promise<ToolAnswer> {
  const file = commandFile(name, options.path);
  if (file === undefined) return { state: 'missing' };
  const printed = await output(file, asks, options.timeout);
  if ('why' in printed) return { state: 'silent', file, ...printed };
  const version = versionIn(printed.text);
  if (version === undefined) return { state: 'silent', file, why: `it prints no version: ${firstLine(printed.text)}` };
  if (!options.hashes) return { state: 'found', file, version };
  try {
    return { state: 'found', file, version, sha256: await sha256Of(file) };
  } catch (error) {
    return { state: 'silent', file, why: `its file cannot be read: ${(error as Error).message}` };
  }
}

/** The file that a shell would run for a command. */
function commandFile(name: string, path: string): string | undefined {
  const files = path.split(delimiter).flatMap((folder) => (folder === '' ? [] : [join(folder, name)]));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

type Printed = { readonly text: string } | { readonly why: string };

function output(file: string, args: readonly string[], timeout: number): Promise<Printed> {
  // Pulumi would ask its maker for a newer version.
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: 'true' };
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout, env, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      // Some print their version on stderr.
      if (error === null) resolve({ text: `${stdout}\n${stderr}` });
      else if (error.killed) resolve({ why: `it did not answer within ${timeout / 1000} s` });
      else resolve({ why: `it failed: ${firstLine(stderr) || error.message}` });
    });
  });
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const LONGEST = 120;

function firstLine(text: string): string {
  return printable((/\S.*/.exec(text)?.[0] ?? '').slice(0, LONGEST));
}
