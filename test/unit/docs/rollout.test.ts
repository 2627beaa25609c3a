import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { main } from '../../../lib/cli/main';

const ROOT = resolve(__dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/rollout.md'), 'utf8');

/** Commands of the page with what they print; what ends with … is the beginning of it. */
const RUNS = [...PAGE.matchAll(/<!-- run -->\n```sh\nportcullis (.*)\n```\n\n```text\n([\s\S]*?)```/g)].map(
  ([, command, output]) => ({ command: command as string, output: output as string }),
);

let folder: string;
let home: string;

beforeAll(() => {
  home = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'portcullis-docs-'));
  process.chdir(folder);
  cpSync(join(ROOT, 'environments'), 'environments', { recursive: true });
  for (const [, file, text] of PAGE.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)) {
    writeFileSync(file as string, text as string);
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

test('the page runs every command', () => {
  expect(RUNS.map(({ command }) => command.replace(/ --.*/, ''))).toEqual([
    'rollout plan',
    'rollout plan',
    'rollout plan',
    'rollout runbook',
    'compliance',
  ]);
});

test.each(RUNS)('$command', async ({ command, output }) => {
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await main(['node', 'portcullis', ...command.split(' ')]);
  vi.restoreAllMocks();
  if (output.endsWith('…\n')) expect(printed.slice(0, output.length - 2)).toBe(output.slice(0, -2));
  else expect(printed).toBe(output);
});
