import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { program as clawdstrike } from '../../../apps/clawdstrike';
import { program as portarium } from '../../../apps/portarium';
import { main } from '../../../lib/cli/main';
import { run } from '../../../lib/program/run';

const ROOT = resolve(__dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/analysis.md'), 'utf8');

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
  const environments = join(ROOT, 'environments');
  run({ programs: [portarium, clawdstrike], environments, outdir: 'dist/manifests' });
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
  expect(RUNS.map(({ command }) => command.split(' ')[0])).toEqual(['reach', 'explain', 'explain', 'diff', 'check']);
});

test.each(RUNS)('$command', async ({ command, output }) => {
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  await main(['node', 'portcullis', ...command.split(' ')]);
  vi.restoreAllMocks();
  if (output.endsWith('\n…\n')) expect(printed.startsWith(output.slice(0, -'…\n'.length))).toBe(true);
  else expect(printed).toBe(output);
});
