import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { program as portarium } from '../../../apps/portarium';
import { main } from '../../../lib/cli/main';
import { run } from '../../../lib/program/run';
import { temporaryFolder, writeFolder } from '../environment/refusal';
import { CILIUM, settingsText } from '../governance/environment';
import { caughtStreams } from './streams';

const cwd = join(temporaryFolder(), 'project');
const home = process.cwd();
const caught = caughtStreams();

const call = (classification: string) => `${JSON.stringify({ classification, workspace_id: 'ws-0' })}\n`;
const FILES = {
  'environments/prod.yaml': settingsText({ stages: ['{ egress: observe, tools: observe } # soon'] }),
  'environments/done.yaml': settingsText(),
  'environments/empty.yaml': CILIUM,
  'environments/skips.yaml': settingsText({ stages: ['{ egress: observe }'] }),
  'environments/reference.yaml': `profile: reference\n${settingsText()}`,
  'routed.jsonl': call('control-plane-routed').repeat(10),
  'direct.jsonl': `${call('control-plane-routed').repeat(9)}${call('direct-sor-call')}truncat`,
  'controller.yaml': 'kind: ConfigMap\nmetadata: { name: cilium-config }\ndata: { enable-policy: never }\n',
};

beforeAll(() => {
  writeFolder(cwd, FILES);
  process.chdir(cwd);
});
beforeEach(() => writeFileSync('environments/prod.yaml', FILES['environments/prod.yaml']));
afterAll(() => process.chdir(home));

async function rollout(...args: readonly string[]) {
  Object.assign(caught, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  await main(['node', 'portcullis', 'rollout', ...args]);
  return { code: process.exitCode ?? 0, ...caught };
}

const plan = (...args: readonly string[]) => rollout('plan', '--env', 'prod', ...args);
const prod = () => readFileSync('environments/prod.yaml', 'utf8');

describe('plan', () => {
  test('says what the next step changes where the gates are open', async () => {
    const { code, stdout, stderr } = await plan('--logs', 'routed.jsonl');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n', 1)).toEqual(['prod: egress of ws-0 goes from observe to enforce']);
    expect(stdout).toContain('  passed   routing-compliance: ws-0: 100.0 % of 10 calls go through the control plane\n');
    expect(stdout).toContain(
      '  changed  CiliumNetworkPolicy portarium-agents/ws-0-agent: spec.egress, spec.enableDefaultDeny\n',
    );
    expect(stdout).toContain('\nin environments/prod.yaml\n  ws-0: stage: { egress: enforce, tools: observe }\n');
    expect(prod()).toBe(FILES['environments/prod.yaml']);
  });

  test('refuses at 90 %, names what it could not read, and writes nothing', async () => {
    const { code, stdout, stderr } = await plan('--logs', 'direct.jsonl', '--write');
    expect(code).toBe(1);
    expect(stdout).toContain('  refused  routing-compliance: ws-0: 90.0 % of 10 calls');
    expect(stderr).toContain('direct.jsonl:11\n  warning: a line is no JSON object and not counted: 11\n');
    expect(stderr).toContain('\n1 error, 1 warning\n');
    expect(prod()).toBe(FILES['environments/prod.yaml']);
  });

  test('refuses while the cluster says that it enforces nothing', async () => {
    const { code, stdout } = await plan('--logs', 'routed.jsonl', '--controller', 'controller.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain('  refused  policy-controller: enable-policy is never in cilium-config');
  });

  test('writes the stage into the settings file, comments kept, and the next plan goes on from there', async () => {
    const { code, stderr } = await plan('--logs', 'routed.jsonl', '--write');
    expect(code).toBe(0);
    expect(stderr).toBe('egress of ws-0 is set to enforce in environments/prod.yaml; render, review and apply\n');
    expect(prod()).toBe(FILES['environments/prod.yaml'].replace('egress: observe', 'egress: enforce'));
    expect((await plan()).stdout).toContain('prod: tools of ws-0 goes from observe to enforce\n');
  });

  test('is forced with a reason, which is written down and renders', async () => {
    const { code, stdout, stderr } = await plan('--force', '--reason', 'Incident 42: all calls are known');
    expect(code).toBe(0);
    expect(stdout).toContain('  forced   routing-compliance: ');
    expect(stderr).toContain('  warning: no logs show how many calls go through the control plane\n');
    expect(stderr).toContain('the reason stands under portarium.rollout.forced in environments/prod.yaml; commit it\n');
    const { portarium } = parse(prod());
    expect(portarium.rollout.forced).toEqual([
      {
        layer: 'egress',
        workspaces: ['ws-0'],
        gates: ['routing-compliance'],
        reason: 'Incident 42: all calls are known',
      },
    ]);
    expect(portarium.workspaces[0].stage.egress).toBe('observe');
    expect((await plan('--force', '--reason', 'Incident 42: all calls are known', '--write')).code).toBe(0);
    expect(parse(prod()).portarium).toMatchObject({
      rollout: { forced: [expect.anything()] },
      workspaces: [{ stage: { egress: 'enforce' } }],
    });
  });

  test.each([
    ['a step is forced without a reason', ['--force']],
    ['a reason is given, and nothing is forced', ['--reason', 'why not']],
    ['the reason is empty', ['--force', '--reason', ' ']],
    ['the reason has several lines', ['--force', '--reason', 'a\nb']],
    ["there is no workspace 'ws-9'", ['--workspace', 'ws-9']],
    ["argument 'disks' is invalid", ['--layer', 'disks']],
  ])('is not understood: %s', async (message, args) => {
    const { code, stderr } = await plan(...args);
    expect(code).toBe(3);
    expect(stderr).toContain(message);
    expect(prod()).toBe(FILES['environments/prod.yaml']);
  });

  test.each([
    ['missing', 3, 'no environment'],
    ['empty', 1, 'has no workspaces to roll out'],
    ['reference', 1, 'the reference profile is for comparison'],
    ['skips', 1, 'enforces its tools while its egress only observes'],
  ])('of the environment %s ends with %i', async (name, code, message) => {
    const ended = await rollout('plan', '--env', name);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(message);
    expect(ended.stdout).toBe('');
  });

  test('cannot read logs that are not there', async () => {
    expect(await plan('--logs', 'missing.jsonl')).toMatchObject({ code: 3, stdout: '' });
  });

  test('says that nothing is left', async () => {
    const { code, stdout } = await rollout('plan', '--env', 'done');
    expect({ code, first: stdout.split('\n', 1)[0] }).toEqual({ code: 0, first: 'done: nothing is left to do' });
  });

  test('leads back without gates', async () => {
    const { code, stdout } = await rollout('plan', '--env', 'done', '--back');
    expect(code).toBe(0);
    expect(stdout).toContain('done: tools of ws-0 goes from enforce to observe\n');
    expect(stdout).not.toContain('\ngates\n');
  });

  test('is JSON with its findings for machines', async () => {
    const { code, stdout } = await plan('--format', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      environment: 'prod',
      step: { layer: 'egress', workspaces: ['ws-0'] },
      findings: [{ rule: 'gate-routing-compliance', severity: 'error' }],
    });
  });
});

describe('runbook', () => {
  test('is the file that every run writes', async () => {
    const { code, stdout } = await rollout('runbook', '--env', 'prod');
    expect(code).toBe(0);
    expect(stdout.split('\n', 1)).toEqual(['# Roll-out of Portarium: prod']);
    run({ programs: [portarium], environments: 'environments', environment: 'prod', outdir: 'out' });
    expect(readFileSync('out/prod/portarium/RUNBOOK.md', 'utf8')).toBe(stdout);
  });

  test('is none where there is nothing to roll out', async () => {
    expect(await rollout('runbook', '--env', 'empty')).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('--program', () => {
  test('rolls out a program of one’s own', async () => {
    writeFileSync('own.cjs', "exports.program = { name: 'own', build() {} };");
    const { code, stdout } = await plan('--program', 'own.cjs', '--logs', 'routed.jsonl');
    expect(code).toBe(1);
    expect(stdout).toContain('  refused  tool-allowlist: ws-0 has none\n');
    expect((await rollout('runbook', '--env', 'prod', '--program', 'own.cjs')).stderr).toContain(
      'writes no RUNBOOK.md',
    );
    expect(await plan('--program', 'missing.cjs')).toMatchObject({ code: 3, stdout: '' });
  });
});
