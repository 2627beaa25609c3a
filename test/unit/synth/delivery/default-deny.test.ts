import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { cilium } from '../../../../lib/render/network/cilium';
import { kubernetes } from '../../../../lib/render/network/kubernetes';
import { isDefaultDeny } from '../../../../lib/synth/delivery/default-deny';

function policy(kind: string, spec: object): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'a' }, spec };
}

describe.each([kubernetes(), cilium({ version: '1.19' })])('$name', (dialect) => {
  test.each([
    ['all pods', []],
    ['all but some', [{ label: 'a', values: ['b', 'c'] }]],
  ])('its default deny for %s is one', (_, except) => {
    const { spec } = dialect.defaultDeny({ stage: 'enforce', except });
    expect(isDefaultDeny(policy(dialect.policy.kind, spec))).toBe(true);
  });
});

test('the default deny of a namespace that observes is one as well', () => {
  const { spec } = cilium({ version: '1.19' }).defaultDeny({ stage: 'observe', except: [] });
  expect(isDefaultDeny(policy('CiliumNetworkPolicy', spec))).toBe(true);
});

test.each<[string, string, object]>([
  ['one that allows something', 'NetworkPolicy', { podSelector: {}, ingress: [{ from: [] }] }],
  ['one whose empty rule allows everything', 'NetworkPolicy', { podSelector: {}, ingress: [{}] }],
  ['one for some pods', 'NetworkPolicy', { podSelector: { matchLabels: { a: 'b' } } }],
  [
    'one that picks pods by an expression',
    'CiliumNetworkPolicy',
    { endpointSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }, ingress: [{}] },
  ],
  [
    'one for a component without edges',
    'CiliumNetworkPolicy',
    { endpointSelector: { matchLabels: { a: 'b' } }, ingress: [{}] },
  ],
  ['one without a selector', 'CiliumNetworkPolicy', { nodeSelector: {}, ingress: [{}] }],
  ['another kind', 'ConfigMap', { podSelector: {} }],
])('%s is none', (_, kind, spec) => {
  expect(isDefaultDeny(policy(kind, spec))).toBe(false);
});
