import { readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { main } from '../../../lib/cli/main';
import { temporaryFolder } from '../environment/refusal';
import type { Ended } from './shop';
import { caughtStreams } from './streams';

export type Variables = Readonly<Record<string, string>>;

/**
 * Runs a command of portcullis in an empty folder with these variables, and says which files it left beside those that
 * it was given.
 */
export function commandWithVariables(
  command: string,
): (variables: Variables, ...args: readonly string[]) => Promise<Ended & { readonly written: readonly string[] }> {
  const caught = caughtStreams();
  const home = process.cwd();
  const folder = temporaryFolder();
  beforeAll(() => process.chdir(folder));
  beforeEach(() => {
    for (const name of readdirSync('.')) rmSync(name, { recursive: true });
  });
  afterAll(() => process.chdir(home));
  return async (variables, ...args) => {
    const before = readdirSync('.');
    Object.assign(caught, { stdout: '', stderr: '' });
    process.exitCode = undefined;
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    await main(['node', 'portcullis', command, ...args]);
    vi.unstubAllEnvs();
    const written = readdirSync('.').filter((name) => !before.includes(name));
    return { code: process.exitCode ?? 0, written, ...caught };
  };
}
