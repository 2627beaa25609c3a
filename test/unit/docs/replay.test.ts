import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { program as portarium } from '../../../apps/portarium';
import { OUTCOMES } from '../../../lib/analysis';
import { main } from '../../../lib/cli/main';
import { run } from '../../../lib/program/run';

const ROOT = resolve(__dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/replay.md'), 'utf8');

/** Commands of the page with what they print. */
const RUNS = [...PAGE.matchAll(/<!-- run -->\n```sh\nportcullis (.*)\n```\n\n```text\n([\s\S]*?)```/g)].map(
  ([, command, output]) => ({ command: command as string, output: output as string }),
);

let folder: string;
let home: string;

beforeAll(() => {
  home = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'portcullis-docs-'));
  process.chdir(folder);
  run({
    programs: [portarium],
    environments: join(ROOT, 'environments'),
    outdir: 'dist/manifests',
    environment: 'prod',
  });
  copyFileSync(join(__dirname, 'samples/flows.json'), 'flows.json');
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

test('the page runs the command', () => {
  expect(RUNS.map(({ command }) => command.split(' ')[0])).toEqual(['replay']);
});

test.each(RUNS)('$command', async ({ command, output }) => {
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  await main(['node', 'portcullis', ...command.split(' ')]);
  vi.restoreAllMocks();
  expect(printed).toBe(output);
});

test('the page explains every outcome', () => {
  expect([...PAGE.matchAll(/^\| (\w+) \| .* \|$/gm)].map(([, word]) => word).slice(1)).toEqual([...OUTCOMES]);
});
