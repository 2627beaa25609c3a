import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../../apps/portarium';
import { main } from '../../../lib/cli/main';
import { run } from '../../../lib/program/run';
import { temporaryFolder, writeFolder } from '../environment/refusal';
import { settingsText } from '../governance/environment';
import { caughtStreams } from './streams';

const cwd = join(temporaryFolder(), 'project');
const home = process.cwd();
const caught = caughtStreams();

beforeAll(() => {
  writeFolder(cwd, { 'environments/prod.yaml': settingsText({ stages: ['enforce', 'observe'] }) });
  process.chdir(cwd);
  const direct = JSON.stringify({ classification: 'direct-sor-call', workspace_id: 'ws-0' });
  writeFileSync('calls.jsonl', `${direct}\nnot JSON\n`);
  for (const outdir of ['out', 'broken']) run({ programs: [program], environments: 'environments', outdir });
  rmSync('broken/prod/portarium/workspaces/ws-0/tool-allowlist.yaml');
});
afterAll(() => process.chdir(home));

async function compliance(...args: readonly string[]) {
  Object.assign(caught, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  await main(['node', 'portcullis', 'compliance', ...args]);
  return { code: process.exitCode ?? 0, ...caught };
}

describe('compliance', () => {
  test('reports on an environment in Markdown', async () => {
    const { code, stdout, stderr } = await compliance('--env', 'prod');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^# State of enforcement: prod\/portarium\n/);
    expect(stdout).toContain(
      '| `ws-0` | — | enforce | enforce | enforce |\n| `ws-1` | — | observe | observe | observe |\n',
    );
    for (const heading of ['## ws-0', '## ws-1', '## Platform', '## Controls', '## To be checked live']) {
      expect(stdout).toContain(`\n${heading}\n`);
    }
  });

  test('reports the same on a folder, as JSON', async () => {
    const [environment, folder] = [
      await compliance('--env', 'prod', '--format', 'json'),
      await compliance('out/prod/portarium', '--format', 'json'),
    ];
    expect([environment.code, folder.code]).toEqual([0, 0]);
    expect({ ...JSON.parse(folder.stdout), title: '' }).toEqual({ ...JSON.parse(environment.stdout), title: '' });
    expect(JSON.parse(folder.stdout).title).toBe('out/prod/portarium');
  });

  test('exits with 1 for what is said and does not hold', async () => {
    const { code, stdout, stderr } = await compliance('broken/prod/portarium');
    expect(code).toBe(1);
    expect(stdout).toContain('| **not met** | **there is no tool allowlist** |');
    expect(stderr).toContain(
      "broken/prod/portarium/workspaces/ws-0/enforcement.yaml:1\n  error: ws-0: 'The tool allowlist",
    );
  });

  test('counts direct calls in logs, and names lines that it cannot read', async () => {
    const { code, stdout, stderr } = await compliance('--env', 'prod', '--logs', 'calls.jsonl');
    expect(code).toBe(1);
    expect(stdout).toContain(
      '**1 direct call**<br>log: 1 of 1 calls go directly to a system of record, in logs without times',
    );
    expect(stderr).toContain('calls.jsonl:2\n  warning: a line is no JSON object');
  });

  test.each([
    [[], 'name either manifests or --env'],
    [['out', '--env', 'prod'], 'name either manifests or --env'],
    [['missing'], 'there is no such file'],
    [['--env', 'missing'], 'missing'],
    [['--env', 'prod', '--format', 'html'], "argument 'html' is invalid"],
  ])('%j is not understood', async (args, message) => {
    const { code, stderr } = await compliance(...args);
    expect(code).toBe(3);
    expect(stderr).toContain(message);
  });
});
