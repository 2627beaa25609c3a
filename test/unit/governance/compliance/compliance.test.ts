import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Judged } from '../../../../lib/governance/compliance/compliance';
import { KUBERNETES, type Settings } from '../environment';
import { item, itemsOf, reporting } from './reporting';

const { report } = reporting();
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
