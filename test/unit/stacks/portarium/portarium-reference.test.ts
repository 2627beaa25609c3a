import { App } from 'cdk8s';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { PortariumReference } from '../../../../lib/stacks/portarium/portarium-reference';
import { plan } from '../../../../lib/synth/synthesize';

type Rule = { to: { namespaceSelector?: object; podSelector?: object }[]; ports: { protocol: string; port: number }[] };

let objects: Map<string, KubeObject>;
let findings: readonly { rule: string; severity: string }[];

beforeAll(() => {
  const app = new App();
  new PortariumReference(app, 'portarium', { workspaces: [] });
  const planned = plan(app);
  findings = planned.findings;
  objects = new Map(
    planned.manifests.flatMap(({ file, objects: list }) => list.map((object) => [file, object.toJson() as KubeObject])),
  );
});

/** The object less our own annotations. */
function asWritten(file: string): KubeObject {
  const object = structuredClone(objects.get(file)) as KubeObject & { metadata: { annotations?: object } };
  const annotations = Object.entries(object.metadata.annotations ?? {});
  expect(annotations.filter(([key]) => !key.startsWith('portcullis.dev/'))).toEqual([]);
  delete object.metadata.annotations;
  return object;
}

function inNamespace(name: string) {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

test('agent-egress-deny-default is the policy of the enforcement guide, object for object', () => {
  expect(asWritten('network-policies/agent-egress-deny-default.yaml')).toStrictEqual({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'agent-egress-deny-default', namespace: 'portarium-agents' },
    spec: {
      podSelector: { matchLabels: { app: 'portarium-agent' } },
      policyTypes: ['Egress'],
      egress: [
        {
          to: [inNamespace('kube-system')],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
        {
          to: [inNamespace('portarium-system')],
          ports: [
            { protocol: 'TCP', port: 443 },
            { protocol: 'TCP', port: 3100 },
          ],
        },
        { to: [inNamespace('spire-system')], ports: [{ protocol: 'TCP', port: 8081 }] },
      ],
    },
  });
});

describe('the policies of the egress decision hold exactly its rows', () => {
  const CONTROL_PLANE = {
    ...inNamespace('portarium-system'),
    podSelector: { matchLabels: { 'portarium.io/component': 'control-plane' } },
  };
  const DNS = { peer: inNamespace('kube-system'), ports: ['UDP 53', 'TCP 53'], purpose: 'Service discovery' };
  const VAULT = { peer: inNamespace('vault'), ports: ['TCP 8200'], purpose: 'Credential retrieval' };

  test.each([
    {
      name: 'agent-egress-deny',
      component: 'agent',
      rows: [DNS, { peer: CONTROL_PLANE, ports: ['TCP 8080'], purpose: 'Heartbeat, work-item API' }, VAULT],
    },
    {
      name: 'execution-plane-egress',
      component: 'execution-plane',
      rows: [
        DNS,
        { peer: inNamespace('observability'), ports: ['TCP 4317', 'TCP 4318'], purpose: 'Telemetry export' },
        { peer: CONTROL_PLANE, ports: ['TCP 8080'], purpose: 'API callbacks, evidence' },
        { peer: inNamespace('temporal'), ports: ['TCP 7233'], purpose: 'Workflow orchestration' },
        VAULT,
      ],
    },
  ])('$name', ({ name, component, rows }) => {
    const object = objects.get(`network-policies/${name}.yaml`) as KubeObject;
    const spec = object.spec as { podSelector: object; policyTypes: string[]; egress: Rule[] };
    expect(spec.podSelector).toEqual({ matchLabels: { 'portarium.io/component': component } });
    expect(spec.policyTypes).toEqual(['Egress']);
    const purposes = (object.metadata.annotations?.['portcullis.dev/egress'] ?? '').trim().split('\n');
    const rendered = spec.egress.map((rule, index) => ({
      peer: rule.to[0],
      ports: rule.ports.map((port) => `${port.protocol} ${port.port}`),
      purpose: /\((.*)\)$/.exec(purposes[index] ?? '')?.[1],
    }));
    expect(rendered).toEqual(rows);
    expect(spec.egress.every((rule) => rule.to.length === 1)).toBe(true);
  });
});

test('nothing else is rendered but the namespace of the agents, and what else the guide has', () => {
  expect([...objects.keys()].sort()).toEqual([
    'alerts/rules.yaml',
    'identities/agent.yaml',
    'identities/control-plane.yaml',
    'namespaces.yaml',
    'network-policies/agent-egress-deny-default.yaml',
    'network-policies/agent-egress-deny.yaml',
    'network-policies/execution-plane-egress.yaml',
  ]);
});

test('says why it is not for a cluster, and nothing worse', () => {
  expect(new Set(findings.map((finding) => finding.rule))).toEqual(
    new Set([
      'egress-only',
      'overlapping-components',
      'identity-by-label',
      'parent-not-registered',
      'alert-misses-first-event',
      'unknown-template-label',
      'alert-without-runbook',
      'unknown-metric',
      'alert-cannot-fire',
    ]),
  );
  expect(findings.every((finding) => finding.severity === 'warning')).toBe(true);
});
