import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadManifests, manifestsOf } from '../../../../lib/analysis/load/load';
import { type Compliance, compliance, type Judged } from '../../../../lib/governance/compliance/compliance';
import { CONTROLS } from '../../../../lib/governance/compliance/controls';
import { reportOnManifests, reportOnProgram } from '../../../../lib/governance/compliance/report';
import type { CallLog } from '../../../../lib/governance/rollout/call-log';
import { withRendering } from '../../../../lib/program/rendering';
import { environments, KUBERNETES, type Settings } from '../environment';

const { subject, root } = environments();
const HOUR = 3_600_000;

/** The report on what is rendered for settings, after something has been done to the files. */
function report(settings: Settings, tamper?: (folder: string) => void, log?: CallLog): Compliance {
  const { environment, program } = subject(settings);
  return withRendering(program, environment, ({ folder }) => {
    tamper?.(folder);
    return compliance(loadManifests([folder]), { folder, title: 'prod', ...(log === undefined ? {} : { log }) });
  });
}

const itemsOf = ({ workspaces }: Compliance, id = 'ws-0') =>
  workspaces.find(({ workspace }) => workspace === id)?.items ?? [];
const item = (of: Compliance, id: string): Judged => {
  const found = [...itemsOf(of), ...of.platform].find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const statuses = (items: readonly Judged[]) => Object.fromEntries(items.map(({ id, status }) => [id, status]));

describe('a workspace that enforces', () => {
  const enforced = report({ stages: ['enforce'] });

  test('has what manifests prove, and what is left to be looked at', () => {
    expect(statuses(itemsOf(enforced))).toEqual({
      'egress-denied': 'met',
      'control-plane-only': 'live',
      'no-direct-calls': 'live',
      svids: 'live',
      tools: 'live',
      workflows: 'live',
    });
    expect(statuses(enforced.platform)).toEqual({
      alerts: 'live',
      inventory: 'met',
      'change-record': 'met',
      'roll-back': 'met',
    });
    expect(enforced.findings).toEqual([]);
  });

  test('has each item proved by something, with its place, or a command to run', () => {
    for (const { evidence, live, id } of [...itemsOf(enforced), ...enforced.platform]) {
      expect(evidence.length + live.length, id).toBeGreaterThan(0);
      for (const { places } of evidence) for (const place of places) expect(place, id).not.toContain('/tmp');
      for (const { command, expected } of live) expect(`${command}${expected}`, id).not.toBe('');
    }
    expect(item(enforced, 'egress-denied').evidence).toEqual([
      {
        by: 'analysis',
        says: 'egress of portarium-agents/ws-0-agent is denied by default, by CiliumNetworkPolicy portarium-agents/default-deny and CiliumNetworkPolicy portarium-agents/ws-0-agent',
        places: [
          expect.stringMatching(/^network-policies\/default-deny\.yaml:\d+$/),
          expect.stringMatching(/^workspaces\/ws-0\/network-policies\.yaml:\d+$/),
        ],
      },
    ]);
  });
});

test('a workspace that waits for others to insist on certificates is not said to be enforced', () => {
  const judged = report({ stages: ['enforce', '{ mtls: observe, tools: observe }'] });
  expect(item(judged, 'control-plane-only')).toMatchObject({
    status: 'observed',
    problems: ['the control plane takes callers without a certificate as long as ws-1 only observes mutual TLS'],
  });
  expect(judged.findings).toEqual([]);
});

test.each<[string, Settings, Record<string, string>]>([
  [
    'observes',
    { stages: ['observe'] },
    {
      'egress-denied': 'observed',
      'control-plane-only': 'observed',
      'no-direct-calls': 'observed',
      svids: 'live',
      tools: 'observed',
      workflows: 'live',
    },
  ],
  [
    'is held back',
    { head: KUBERNETES, stages: ['observe'] },
    {
      'egress-denied': 'observed',
      'control-plane-only': 'observed',
      'no-direct-calls': 'observed',
      svids: 'live',
      tools: 'observed',
      workflows: 'live',
    },
  ],
  [
    'has no identities',
    { portarium: [], stages: ['{ tools: observe }'] },
    {
      'egress-denied': 'met',
      'control-plane-only': 'observed',
      'no-direct-calls': 'live',
      svids: 'observed',
      tools: 'observed',
      workflows: 'live',
    },
  ],
])('a workspace that %s is not said to be enforced, nor wrong', (_, settings, expected) => {
  const judged = report(settings);
  expect(statuses(itemsOf(judged))).toEqual(expected);
  expect(judged.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

describe('what is said and does not hold', () => {
  const policies = 'workspaces/ws-0/network-policies.yaml';
  const policy = (name: string, spec: string) =>
    `---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: portarium-agents }\nspec: ${spec}\n`;
  const AGENT = 'endpointSelector: { matchLabels: { portarium.io/component: agent } }';
  const append = (file: string, text: string) => (folder: string) => appendFileSync(join(folder, file), text);

  test.each<[string, string, (folder: string) => void, RegExp]>([
    [
      'egress-denied',
      'policies are gone',
      (folder) => {
        rmSync(join(folder, policies));
        rmSync(join(folder, 'network-policies/default-deny.yaml'));
      },
      /no policy denies anything at the agents/,
    ],
    [
      'egress-denied',
      'nobody knows the pods',
      (folder) => rmSync(join(folder, 'inventory.json')),
      /hold no pods with app=/,
    ],
    [
      'control-plane-only',
      'somebody opens the world',
      append(
        policies,
        policy(
          'open',
          `{ ${AGENT}, egress: [{ toEntities: [world], toPorts: [{ ports: [{ port: "443", protocol: TCP }] }] }] }`,
        ),
      ),
      /agents reach 0\.0\.0\.0\/0 except .* on TCP 443/,
    ],
    [
      'control-plane-only',
      'somebody opens other agents',
      append(
        policies,
        policy('open', `{ ${AGENT}, egress: [{ toEndpoints: [{}] }], ingress: [{ fromEndpoints: [{}] }] }`) +
          policy(
            'open-1',
            '{ endpointSelector: {}, egress: [{ toEndpoints: [{}] }], ingress: [{ fromEndpoints: [{}] }] }',
          ),
      ),
      /agents reach agents of another workspace: portarium-agents\/ws-1-agent/,
    ],
    [
      'control-plane-only',
      'a configuration is gone',
      (folder) => rmSync(join(folder, 'identities/control-plane.yaml')),
      /configuration of the control plane is missing/,
    ],
    [
      'svids',
      'nobody registers the agents',
      (folder) => rmSync(join(folder, 'workspaces/ws-0/identity.yaml')),
      /no entry registers the agents/,
    ],
    [
      'tools',
      'the allowlist is gone',
      (folder) => rmSync(join(folder, 'workspaces/ws-0/tool-allowlist.yaml')),
      /there is no tool allowlist/,
    ],
    ['change-record', 'a file was changed', append('EGRESS.md', 'x'), /^EGRESS\.md was changed$/],
    ['change-record', 'a file is gone', (folder) => rmSync(join(folder, 'EGRESS.md')), /^EGRESS\.md is gone$/],
    ['inventory', 'the table is gone', (folder) => rmSync(join(folder, 'EGRESS.md')), /^there is no EGRESS\.md$/],
    ['roll-back', 'the runbook is gone', (folder) => rmSync(join(folder, 'RUNBOOK.md')), /^there is no RUNBOOK\.md$/],
  ])('is %s where %s', (id, _, tamper, problem) => {
    // Of two workspaces in one namespace.
    const judged = report({ stages: ['enforce', 'enforce\n      isolation: label'] }, tamper);
    const { status, problems } = item(judged, id);
    expect(status).toBe('unmet');
    expect(problems.join('; ')).toMatch(problem);
    expect(judged.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toContain(`error unmet-${id}`);
  });

  test('is told with the place that it is about, under the name of the output', () => {
    const { findings } = report({ stages: ['enforce'] }, (folder) =>
      rmSync(join(folder, 'workspaces/ws-0/tool-allowlist.yaml')),
    );
    expect(findings.find(({ rule }) => rule === 'unmet-tools')).toEqual({
      rule: 'unmet-tools',
      severity: 'error',
      where: { file: 'prod/workspaces/ws-0/enforcement.yaml', line: expect.any(Number) },
      message:
        "ws-0: 'The tool allowlist is enforced by the policy of the workspace' does not hold: there is no tool allowlist",
      fix: 'render and apply again what the program says, or take the layer back to observe until it holds',
    });
  });

  test.each([
    ['a last rule that allows', [{ condition: 'true', effect: 'Allow' }]],
    [
      'a rule in front that allows all',
      [
        { condition: 'true', effect: 'Allow' },
        { condition: 'true', effect: 'Deny' },
      ],
    ],
    ['no rules', []],
    ['a last rule that denies some', [{ condition: "tool.name == 'a'", effect: 'Deny' }]],
  ])('is an allowlist with %s', (_, rules) => {
    const data = { 'tool-allowlist.json': JSON.stringify({ rules }) };
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'tool-allowlist-ws-0', namespace: 'portarium-system' },
      data,
    };
    const judged = report({ stages: ['enforce'] }, (folder) => {
      rmSync(join(folder, 'workspaces/ws-0/tool-allowlist.yaml'));
      appendFileSync(join(folder, policies), `---\n${JSON.stringify(map)}\n`);
    });
    expect(item(judged, 'tools')).toMatchObject({ status: 'unmet', problems: ['tools off the list are allowed'] });
  });
});

describe('direct calls', () => {
  const log = (direct: number, hours: number | undefined, id = 'ws-0'): CallLog => {
    const calls = { routed: 10, direct, total: 10 + direct };
    const span = hours === undefined ? {} : { first: 0, last: hours * HOUR };
    return { calls, workspaces: new Map([[id, calls]]), others: 0, unreadable: 0, findings: [], ...span };
  };

  test.each<[string, CallLog, string, string]>([
    ['none for 48 hours', log(0, 48), 'met', '0 of 10 calls go directly to a system of record, in 48 hours of logs'],
    ['none for less', log(0, 47.9), 'live', '0 of 10 calls go directly to a system of record, in 47 hours of logs'],
    [
      'none, nobody knows for how long',
      log(0, undefined),
      'live',
      '0 of 10 calls go directly to a system of record, in logs without times',
    ],
    ['some', log(2, 48), 'unmet', '2 of 12 calls go directly to a system of record, in 48 hours of logs'],
    ['of others alone', log(2, 48, 'ws-9'), 'live', 'the logs hold no call of ws-0'],
  ])('%s', (_, calls, status, says) => {
    const judged = item(report({ stages: ['enforce'] }, undefined, calls), 'no-direct-calls');
    expect({ status: judged.status, says: judged.evidence.map((one) => one.says) }).toEqual({ status, says: [says] });
  });

  test('are no breach where egress only observes', () => {
    const judged = report({ stages: ['observe'] }, undefined, log(2, 48));
    expect(item(judged, 'no-direct-calls').status).toBe('observed');
    expect(judged.findings).toEqual([]);
  });
});

describe('alerts', () => {
  const rule = (...names: readonly string[]) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'portarium', namespace: 'monitoring' },
    spec: { groups: [{ name: 'portarium', rules: [{ record: 'x' }, ...names.map((alert) => ({ alert }))] }] },
  });
  const SEED = ['DirectSorCallDetected', 'EgressPolicyViolation', 'MtlsHandshakeFailure', 'ToolAllowlistDenial'];

  test('that are rendered are evidence', () => {
    const judged = item(compliance(manifestsOf([rule(...SEED)])), 'alerts');
    expect(judged.status).toBe('live');
    expect(judged.evidence[0]?.says).toBe(`4 alerts are rendered: ${SEED.join(', ')}`);
  });

  test('that are missing among those that are rendered are a finding', () => {
    const judged = compliance(manifestsOf([rule('EgressPolicyViolation')]));
    expect(item(judged, 'alerts')).toMatchObject({
      status: 'unmet',
      problems: ['there is no alert DirectSorCallDetected, MtlsHandshakeFailure, ToolAllowlistDenial'],
    });
  });

  test.each([{}, { groups: 1 }, { groups: [{ rules: {} }] }, { groups: [null] }])(
    'that nobody can read are none: %j',
    (spec) => {
      expect(item(compliance(manifestsOf([{ ...rule(), spec }])), 'alerts').status).toBe('unmet');
    },
  );
});

describe('controls', () => {
  test('stand on items that there are', () => {
    const judged = report({ stages: ['enforce'] });
    const known = new Set([...itemsOf(judged), ...judged.platform].map(({ id }) => id));
    for (const { items, requirement } of CONTROLS) for (const id of items) expect(known, requirement).toContain(id);
    for (const id of known)
      expect(
        CONTROLS.some(({ items }) => items.includes(id)),
        id,
      ).toBe(true);
  });

  test('are those of seed 003', () => {
    expect(CONTROLS.map(({ framework, requirement }) => `${framework}: ${requirement}`)).toEqual([
      'SOC 2: Access controls',
      'SOC 2: Change management',
      'SOC 2: Monitoring',
      'ISO 27001: Information security policies',
      'ISO 27001: Incident management',
      'NIST CSF: Identify',
      'NIST CSF: Protect',
      'NIST CSF: Detect',
      'NIST CSF: Respond',
      'NIST CSF: Recover',
    ]);
  });

  test('are as good as the worst of their items, in any workspace', () => {
    const state = (settings: Settings, tamper?: (folder: string) => void) =>
      Object.fromEntries(report(settings, tamper).controls.map(({ requirement, status }) => [requirement, status]));
    expect(state({ stages: ['enforce'] })).toMatchObject({ Identify: 'met', Protect: 'live' });
    expect(state({ stages: ['enforce', 'observe'] })).toMatchObject({ Identify: 'met', Protect: 'observed' });
    const broken = state({ stages: ['enforce', 'observe'] }, (folder) =>
      rmSync(join(folder, 'workspaces/ws-0/identity.yaml')),
    );
    expect(broken).toMatchObject({ Protect: 'unmet', Recover: 'live' });
  });
});

describe('a report', () => {
  test('on a program and on its output are the same but for their title', () => {
    const { environment, program } = subject({ stages: ['enforce', 'observe'] });
    const ofProgram = reportOnProgram({ environment, program });
    const output = join(root, 'output');
    withRendering(program, environment, ({ folder }) => cpSync(folder, output, { recursive: true }));
    const ofOutput = reportOnManifests(loadManifests([`${output}/`]), [`${output}/`]);
    expect({ ...ofOutput, title: '' }).toEqual({ ...ofProgram, title: '' });
    expect(ofProgram.findings).toEqual([]);
    expect([ofProgram.title, ofOutput.title]).toEqual(['prod/portarium', `${output}/`]);
  });

  test('says what was forced', () => {
    const forced = '{ layer: egress, workspaces: [ws-0], gates: [routing-compliance], reason: "An incident" }';
    const { workspaces } = report({
      portarium: ['identity: { trustDomain: a.b }', `rollout: { forced: [${forced}] }`],
      stages: ['enforce', 'enforce'],
    });
    expect(workspaces.map((workspace) => workspace.forced)).toEqual([
      [{ layer: 'egress', gates: ['routing-compliance'], reason: 'An incident' }],
      [],
    ]);
  });

  test.each(['', 'x: [', 'schemaVersion: 2', '{ schemaVersion: 1, workspace: ws-0 }'])(
    'names state that it cannot read: %j',
    (text) => {
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'enforcement-ws-0', namespace: 'a', labels: { 'portcullis.dev/workspace': 'ws-0' } },
        data: { 'enforcement.yaml': text },
      };
      const { workspaces, findings } = compliance(manifestsOf([map]));
      expect(workspaces).toEqual([]);
      expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toContain('error enforcement-unreadable');
    },
  );
});
