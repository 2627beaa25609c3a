import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { program as portarium } from '../../../apps/portarium';
import { OUTCOMES } from '../../../lib/analysis';
import { main } from '../../../lib/cli/main';
import { run } from '../../../lib/program/run';

const ROOT = resolve(__dirname, '../../..');
const [REPLAY, LEARN] = ['replay', 'learn'].map((page) => readFileSync(join(ROOT, `docs/${page}.md`), 'utf8'));

/** Commands of the pages with what they print. */
const RUNS = [
  ...`${REPLAY}${LEARN}`.matchAll(/<!-- run -->\n```sh\nportcullis (.*)\n```\n\n```text\n([\s\S]*?)```/g),
].map(([, command, output]) => ({ command: command as string, output: output as string }));

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
  copyFileSync(join(__dirname, 'samples/flows.jsonl'), 'flows.json');
  copyFileSync(join(__dirname, 'samples/portarium.log'), 'portarium.log');
  mkdirSync('environments');
  copyFileSync(join(ROOT, 'environments/prod.yaml'), 'environments/prod.yaml');
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

test('the pages run the commands', () => {
  expect(RUNS.map(({ command }) => command.split(' ')[0])).toEqual(['replay', 'learn', 'learn']);
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
  expect([...`${REPLAY}${LEARN}`.matchAll(/^\| (\w+) \| .* \|$/gm)].map(([, word]) => word).slice(1)).toEqual([
    ...OUTCOMES,
  ]);
});
