import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../../lib/cli/main';
import { profileSchema } from '../../../lib/program/profile/profile-schema';
import { temporaryFolder, writeFolder } from '../environment/refusal';
import { CILIUM, settingsText } from '../governance/environment';
import { caughtStreams } from './streams';

const cwd = join(temporaryFolder(), 'project');
const home = process.cwd();
const caught = caughtStreams();

beforeAll(() => {
  writeFolder(cwd, {
    'environments/prod.yaml': settingsText({ stages: ['enforce'] }),
    'unheld/prod.yaml': settingsText({ head: `${CILIUM}tools: { falco: true }\n`, stages: ['enforce'] }),
  });
  process.chdir(cwd);
});
afterAll(() => process.chdir(home));

async function profile(...args: readonly string[]) {
  Object.assign(caught, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  await main(['node', 'portcullis', 'profile', ...args]);
  return { code: process.exitCode ?? 0, ...caught };
}

test('prints a table whose rows all have five cells', async () => {
  const { stdout } = await profile('--env', 'prod');
  const rows = stdout.split('\n').filter((line) => line.startsWith('|'));
  expect(stdout).toMatch(/^# prod\n/);
  expect(rows.length).toBeGreaterThan(15);
  expect(rows.filter((row) => row.split('|').length !== 7)).toEqual([]);
});

test('prints data as the published schema says, with the findings', async () => {
  const { code, stdout } = await profile('--environments', 'unheld', '--format', 'json');
  const { environments, findings } = v.parse(profileSchema, JSON.parse(stdout));
  expect(environments.map(({ environment }) => environment)).toEqual(['prod']);
  expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toContain('warning tool-not-rendered');
  expect(code).toBe(findings.some(({ severity }) => severity === 'error') ? 1 : 0);
  expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
});

test('settings that cannot be read are an error, and nothing is printed', async () => {
  writeFileSync('unheld/broken.yaml', 'tools: { opa: maybe }\n');
  const { code, stdout, stderr } = await profile('--environments', 'unheld');
  expect(stdout).toBe('');
  expect(stderr).toContain('unheld/broken.yaml');
  expect(code).not.toBe(0);
});
