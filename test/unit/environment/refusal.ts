import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { program as portarium } from '../../../apps/portarium';
import { exitCodeOf } from '../../../lib/cli/exit-code';
import { type FindingsError, formatFinding } from '../../../lib/finding';
import type { Program } from '../../../lib/program/program';
import { type RunOptions, run } from '../../../lib/program/run';

/**
 * A folder of its own for the calling test file, removed after its tests. Asked for within a test it would stay; there is
 * folderOfTest() for that.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Content of files by path below a folder; undefined for a folder. */
export type Files = Readonly<Record<string, string | Buffer | undefined>>;

/** Replaces a folder by these files. */
export function writeFolder(folder: string, files: Files): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(content === undefined ? path : dirname(path), { recursive: true });
    if (content !== undefined) writeFileSync(path, content);
  }
}

/** Everything below a folder, with content and time stamp; equal only if nobody wrote there. */
export function snapshot(folder: string): readonly string[] {
  if (!existsSync(folder)) return ['missing'];
  if (statSync(folder).isFile()) return [readFileSync(folder, 'utf8')];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const found = statSync(join(folder, name));
      return found.isFile() ? `${name} ${found.mtimeMs} ${readFileSync(join(folder, name), 'utf8')}` : `${name}/`;
    });
}

/** What a refused run said, and the exit code that the command line gives for it. */
export interface Refusal {
  /** Errors in one line each, their paths below the environments folder. */
  readonly errors: readonly string[];
  readonly exitCode: number;
}

export interface RefusedRun extends Partial<Pick<RunOptions, 'environment' | 'outdir' | 'environments'>> {
  /** Files of the environments folder; `prod.yaml` if it is just a text. */
  readonly files?: Files | string | Buffer;
  /** @default - the Portarium program */
  readonly programs?: readonly Program[];
}

/**
 * Runs a program that has to be refused, over the output of an earlier run, and checks that nothing of that changed.
 */
export function refused(root: string, { files, programs = [portarium], ...options }: RefusedRun): Refusal {
  const environments = options.environments ?? join(root, 'environments');
  const outdir = options.outdir ?? join(root, 'out');
  if (files !== undefined) {
    writeFolder(environments, typeof files === 'string' || Buffer.isBuffer(files) ? { 'prod.yaml': files } : files);
  }
  if (options.outdir === undefined)
    writeFolder(outdir, { 'prod/portarium/earlier.yaml': 'earlier', 'mine.txt': 'mine' });
  const before = snapshot(outdir);
  let error: unknown;
  try {
    run({ ...options, programs, environments, outdir });
  } catch (thrown) {
    error = thrown;
  }
  expect(error, 'the run is refused').toMatchObject({ name: 'FindingsError' });
  const { findings } = error as FindingsError;
  expect(snapshot(outdir), 'nothing is written').toEqual(before);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const printed = errors.map((finding) => formatFinding(finding).replaceAll(`${environments}/`, ''));
  return { errors: printed, exitCode: exitCodeOf(findings) };
}

/** Says what is wrong with the text of a settings file, which has to be refused. */
export function refusing(root: string): (text: string | Buffer) => readonly string[] {
  return (text) => {
    const { errors, exitCode } = refused(root, { files: text });
    expect(exitCode).toBe(1);
    return errors;
  };
}

/** A file with one workspace; `workspace` replaces or adds keys in flow style, undefined leaves one out. */
export function settings(workspace: Readonly<Record<string, string | undefined>> = {}): string {
  const keys: Record<string, string | undefined> = {
    id: 'ws-a',
    tools: 'none',
    MachineExecutionPolicyV1: '{ egressAllowlist: none }',
    ...workspace,
  };
  const lines = Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : `      ${key}: ${value}`));
  return [...CILIUM, 'portarium:', '  workspaces:', lines.join('\n').replace('      ', '    - '), ''].join('\n');
}

/** A file with one workspace with these entries, in flow style, on its egress allowlist; the first one in line 10. */
export function allowlist(...entries: readonly string[]): string {
  const items = entries.map((entry) => `\n          - ${entry}`).join('');
  return settings({ MachineExecutionPolicyV1: `\n        egressAllowlist:${items}` });
}

const CILIUM = ['dialect:', '  kind: cilium', '  version: "1.19"'];
