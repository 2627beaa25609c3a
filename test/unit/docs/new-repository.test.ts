import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../../lib/cli/main';
import { templateFiles } from '../../../lib/governance/init/template';
import { caughtStreams } from '../cli/streams';
import { temporaryFolder } from '../environment/refusal';

const PAGE = readFileSync(join(resolve(__dirname, '../../..'), 'docs/new-repository.md'), 'utf8');
const folder = temporaryFolder();
const [home, path] = [process.cwd(), process.env.PATH];
const caught = caughtStreams();

beforeAll(() => {
  process.chdir(folder);
  // What doctor finds on a machine is not the page's business.
  process.env.PATH = folder;
});
afterAll(() => {
  process.chdir(home);
  process.env.PATH = path;
});

test('names files that the template has', () => {
  const paths = new Set(templateFiles({ name: 'gate', version: '1.0.0', owners: '@a' }).map((file) => file.path));
  const table = PAGE.slice(0, PAGE.indexOf('## Tools'))
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const named = table.flatMap((line) =>
    [...(line.split('|')[1] as string).matchAll(/`([^`]+)`/g)].map(([, file]) => file as string),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((file) => !file.includes('*') && !paths.has(file))).toEqual([]);
});

test('shows what doctor says of pins that were lowered', async () => {
  for (const [, file = '', text = ''] of PAGE.matchAll(/<!-- given: (\S+) -->\n```\w+\n([\s\S]*?)```/g))
    writeFileSync(file, text);
  const [, command = '', output = ''] = /```sh\nportcullis (doctor .*)\n```\n\n```text\n([\s\S]*?)```/.exec(PAGE) ?? [];
  await main(['node', 'portcullis', ...command.split(' ')]);
  expect(process.exitCode).toBe(1);
  expect(caught.stderr).toContain(output);
});
