import { describe, expect, test } from 'vitest';
import type { FindingsError } from '../../../../lib/finding';
import type { CallLog } from '../../../../lib/governance/rollout/call-log';
import { type PlanOptions, planRollout, type RolloutPlan } from '../../../../lib/governance/rollout/plan';
import { defineProgram } from '../../../../lib/program/program';
import { CILIUM, environments, IDENTITY, KUBERNETES, type Settings } from '../environment';

const { subject } = environments();

function log(routed: number, direct: number, workspaces: readonly string[] = ['ws-0']): CallLog {
  const calls = { routed, direct, total: routed + direct };
  return { calls, workspaces: new Map(workspaces.map((id) => [id, calls])), others: 0, unreadable: 0, findings: [] };
}

const ENOUGH = log(100, 0, ['ws-0', 'ws-1']);
const OBSERVE: Settings = { stages: ['observe'] };

/** `passed routing-compliance`. */
const gates = ({ step }: RolloutPlan) => (step?.gates ?? []).map(({ id, state }) => `${state} ${id}`);
const refusing = (plan: RolloutPlan) => gates(plan).filter((gate) => !/^(passed|live) /.test(gate));
const plan = (settings: Settings, options: PlanOptions = {}) => planRollout(subject(settings), options);

describe('the gates of egress', () => {
  test('open where logs show that calls are routed', () => {
    const planned = plan(OBSERVE, { log: ENOUGH });
    expect(gates(planned)).toEqual([
      'passed routing-compliance',
      'passed identity',
      'passed policy-controller',
      'passed tool-allowlist',
      'live monitoring',
      'passed validation',
    ]);
    expect(planned.findings).toEqual([]);
    expect(planned.step).toMatchObject({ layer: 'egress', workspaces: ['ws-0'], from: 'observe', to: 'enforce' });
  });

  test.each<[string, CallLog | undefined, string]>([
    ['none are given', undefined, 'no logs show how many calls go through the control plane'],
    [
      '90 % are routed',
      log(90, 10),
      'ws-0: 90.0 % of 100 calls go through the control plane, and more than 90 % have to',
    ],
    [
      'hardly any are routed',
      log(1, 9),
      'ws-0: 10.0 % of 10 calls go through the control plane, and more than 90 % have to',
    ],
    [
      'they hold no call',
      log(0, 0, []),
      'ws-0: none of 0 calls go through the control plane, and more than 90 % have to',
    ],
    [
      'they are about another workspace',
      log(100, 0, ['ws-9']),
      'ws-0: none of 0 calls go through the control plane, and more than 90 % have to',
    ],
  ])('are closed by logs: %s', (_, calls, message) => {
    const planned = plan(OBSERVE, calls === undefined ? {} : { log: calls });
    expect(refusing(planned)).toEqual(['refused routing-compliance']);
    expect(planned.findings).toEqual([
      expect.objectContaining({ rule: 'gate-routing-compliance', severity: 'error', message }),
    ]);
  });

  test('look at each workspace of the step', () => {
    const calls: CallLog = {
      ...ENOUGH,
      workspaces: new Map([
        ['ws-0', { routed: 99, direct: 1, total: 100 }],
        ['ws-1', { routed: 1, direct: 1, total: 2 }],
      ]),
    };
    const two = { stages: ['observe', 'observe'] };
    expect(plan(two, { log: calls }).step?.gates[0]?.says).toBe(
      'ws-0: 99.0 % of 100 calls; ws-1: 50.0 % of 2 calls go through the control plane, and more than 90 % have to',
    );
    expect(refusing(plan(two, { log: calls, workspaces: ['ws-0'] }))).toEqual([]);
  });

  test.each<[string, Settings, PlanOptions, string, RegExp]>([
    ['identities are missing', { portarium: [] }, {}, 'identity', /no identities/],
    ['nobody enforces policies', { head: KUBERNETES }, {}, 'policy-controller', /nobody is named who enforces/],
    [
      'the controller is off',
      { head: `${CILIUM}policyController: { name: cilium, enabled: false }\n` },
      {},
      'policy-controller',
      /^cilium is off, by policyController in .*prod\.yaml$/,
    ],
    [
      'the controller does not know the policies',
      { head: `${CILIUM}policyController: { name: calico }\n` },
      {},
      'policy-controller',
      /which calico does not enforce/,
    ],
    [
      'the cluster says that it does not enforce',
      {},
      { controller: { problems: ['policy-audit-mode is true'], seen: [] } },
      'policy-controller',
      /^policy-audit-mode is true$/,
    ],
  ])('are closed where %s', (_, settings, options, gate, says) => {
    const planned = plan({ ...OBSERVE, ...settings }, { log: ENOUGH, ...options });
    expect(refusing(planned)).toEqual([`refused ${gate}`]);
    expect(planned.step?.gates.find(({ id }) => id === gate)?.says).toMatch(says);
    expect(planned.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([`error gate-${gate}`]);
  });

  test('are as open with a controller of another name that knows NetworkPolicies', () => {
    const head = `${KUBERNETES}policyController: { name: calico }\n`;
    const controller = { problems: [], seen: ['DaemonSet calico-node'] };
    const planned = plan({ ...OBSERVE, head }, { log: ENOUGH, controller });
    expect(refusing(planned)).toEqual([]);
    expect(planned.step?.gates[2]?.says).toBe('calico enforces, by DaemonSet calico-node');
  });

  test.each([
    ['portarium/ws-0/agents/identity', ['refused identity', 'refused validation']],
    ['portarium/ws-0/tool-allowlist-config', ['refused tool-allowlist']],
    // Mutual TLS is said to be enforced, and nobody has anything to show.
    ['portarium/ws-0/agents/config', ['refused validation']],
  ])('are closed where a program leaves out %s', (path, expected) => {
    const { environment, portarium, program } = subject({ stages: ['{ egress: observe, tools: observe }'] });
    const without = defineProgram({
      name: 'stripped',
      build: (app, built) => {
        program.build(app, built);
        const left = app.node.findAll().find(({ node }) => node.path === path);
        left?.node.scope?.node.tryRemoveChild(left.node.id);
      },
    });
    expect(refusing(planRollout({ environment, portarium, program: without }, { log: ENOUGH }))).toEqual(expected);
  });
});

describe('the gates of the layers that follow', () => {
  const tools: Settings = { stages: ['{ tools: observe }'] };

  test('ask for no logs, since nothing goes round enforced egress', () => {
    expect(gates(plan(tools))).toEqual([
      'passed identity',
      'passed policy-controller',
      'passed tool-allowlist',
      'live monitoring',
      'passed validation',
    ]);
  });

  test('are closed by direct calls in logs that are given', () => {
    const planned = plan(tools, { log: log(1000, 1) });
    expect(refusing(planned)).toEqual(['refused direct-calls']);
    expect(planned.step?.gates.find(({ id }) => id === 'direct-calls')?.says).toBe(
      'the logs hold direct calls to systems of record (ws-0: 1)',
    );
    expect(gates(plan(tools, { log: ENOUGH }))).toContain('passed direct-calls');
  });

  test('cannot be reached by skipping: what cannot be rendered is refused, and not forced', () => {
    const error = (() => {
      try {
        return plan(OBSERVE, { layer: 'tools', log: ENOUGH, reason: 'I want to' });
      } catch (thrown) {
        return thrown as FindingsError;
      }
    })();
    expect(error).toMatchObject({ name: 'FindingsError' });
    expect(
      (error as FindingsError).findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule),
    ).toEqual(['stage-skipped', 'stage-skipped']);
  });
});

describe('force', () => {
  test('takes a refused step with its reason, and tells of it', () => {
    const planned = plan(OBSERVE, { reason: 'An incident' });
    expect(gates(planned)).toContain('forced routing-compliance');
    expect(planned.step?.forced).toEqual({
      layer: 'egress',
      workspaces: ['ws-0'],
      gates: ['routing-compliance'],
      reason: 'An incident',
    });
    expect(planned.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      'warning gate-routing-compliance',
    ]);
  });

  test('has nothing to note where no gate refuses', () => {
    expect(plan(OBSERVE, { log: ENOUGH, reason: 'An incident' }).step).not.toHaveProperty('forced');
  });
});

describe('what a step changes', () => {
  test('of egress: policies, the shared default deny, and what is reached', () => {
    const { step } = plan(OBSERVE, { log: ENOUGH });
    expect(step?.objects.map(({ change, object }) => `${change} ${object}`)).toEqual([
      'changed CiliumNetworkPolicy portarium-agents/default-deny',
      'changed CiliumNetworkPolicy portarium-agents/ws-0-agent',
      'changed CiliumNetworkPolicy portarium-agents/ws-0-execution-plane',
      'changed ConfigMap portarium-system/enforcement-ws-0',
    ]);
    const kinds = new Set(step?.reach.groups.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['gained-l7', 'narrowed', 'removed']);
    expect(step?.documents).toEqual(['EGRESS.md', 'RUNBOOK.md']);
  });

  test('of egress that was held back: policies that were not there', () => {
    const head = `${KUBERNETES}policyController: { name: calico }\n`;
    const { step } = plan({ head, stages: ['enforce', 'observe'] }, { log: ENOUGH });
    expect(step?.objects.filter(({ change }) => change === 'added').map(({ object }) => object)).toEqual([
      'NetworkPolicy ws-1/agent',
      'NetworkPolicy ws-1/default-deny',
      'NetworkPolicy ws-1/execution-plane',
    ]);
  });

  test('of mutual TLS: the configurations of both ends, and no reach', () => {
    const { step } = plan({ stages: ['{ mtls: observe, tools: observe }'] });
    expect(step?.layer).toBe('mtls');
    expect(step?.objects.map(({ object }) => object)).toEqual([
      'ConfigMap portarium-agents/ws-0-portarium-agent-config',
      'ConfigMap portarium-system/enforcement-ws-0',
      'ConfigMap portarium-system/portarium-control-plane-config',
    ]);
    expect(step?.reach.groups).toEqual([]);
  });

  test('of tools: the allowlist', () => {
    const { step } = plan({ stages: ['{ tools: observe }'] });
    expect(step?.objects.map(({ object }) => object)).toEqual([
      'ConfigMap portarium-system/enforcement-ws-0',
      'ConfigMap portarium-system/tool-allowlist-ws-0',
    ]);
    expect(step?.documents).toContain('workspaces/ws-0/tool-allowlist.json');
  });

  test('back is what it was forward, and no gate refuses it', () => {
    const forward = plan({ stages: ['{ tools: observe }'] }).step;
    const back = plan({ stages: ['enforce'] }, { back: true }).step;
    expect(back).toMatchObject({ layer: 'tools', from: 'enforce', to: 'observe', gates: [] });
    expect(back?.objects).toEqual(forward?.objects);
    expect(back?.settings).toEqual([{ workspace: 'ws-0', stage: expect.objectContaining({ tools: 'observe' }) }]);
  });
});

test('where all is enforced there is no step, and the stages are told', () => {
  const planned = plan({ stages: [undefined, 'enforce'], portarium: [IDENTITY] });
  expect(planned).not.toHaveProperty('step');
  expect(planned.findings).toEqual([]);
  const enforced = { egress: 'enforce', mtls: 'enforce', tools: 'enforce' };
  expect(planned.workspaces).toEqual([
    { workspace: 'ws-0', layers: enforced },
    { workspace: 'ws-1', layers: enforced },
  ]);
});

test('lines of logs that could not be read are told with the plan', () => {
  const finding = {
    rule: 'log-line-unreadable',
    severity: 'warning',
    where: { file: 'x' },
    message: 'm',
    fix: 'f',
  } as const;
  expect(plan(OBSERVE, { log: { ...ENOUGH, findings: [finding] } }).findings).toEqual([finding]);
});
