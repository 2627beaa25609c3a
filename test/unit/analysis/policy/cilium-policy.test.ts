import { describe, expect, test } from 'vitest';
import { read, rulesOf, selectorText } from './read';

const E = 'endpointSelector: {}\n';
const policy = (spec: string, dialect = 'cilium-1.19') => read('CiliumNetworkPolicy', spec, dialect);

describe('the directions in which a policy denies by default', () => {
  test.each([
    ['ingress: [{}]', { ingress: true }],
    ['ingress: [{}]\negress: []', { ingress: true }],
    ['egressDeny: [{}]', { egress: true }],
    ['ingress: [{}]\negressDeny: [{}]', { ingress: true, egress: true }],
    ['ingress: [null]', { ingress: true }],
    ['enableDefaultDeny: {ingress: false}\ningress: [{}]', { ingress: false }],
    ['enableDefaultDeny: {egress: false}\ningress: [{}]', { ingress: true }],
    ['enableDefaultDeny: {ingress: false}\ningress: [{}]\negress: [{}]', { ingress: false, egress: true }],
    ['enableDefaultDeny: {ingress: null}\ningress: [{}]', { ingress: true }],
    ['enableDefaultDeny: null\ningress: [{}]', { ingress: true }],
    // Cilium asks each rule what it says, so that a direction without a rule is as open as before.
    ['enableDefaultDeny: {egress: true}\ningress: [{}]', { ingress: true }],
  ])('%j', (spec, expected) => {
    const parts = policy(`${E}${spec}`).policies.flatMap((found) => found.parts);
    expect(Object.fromEntries(parts.map(({ direction, isolates }) => [direction, isolates]))).toEqual(expected);
  });
});

test('denials come with the allows of their direction', () => {
  const spec = `${E}ingressDeny:\n- fromEntities: [world]\ningress:\n- fromEntities: [all]\negressDeny:\n- toEntities: [host]`;
  const found = policy(spec);
  expect(rulesOf(found, 'ingress')).toEqual(['everyone > all', 'deny world > all']);
  expect(rulesOf(found, 'egress')).toEqual(['deny host > all']);
});

describe('the pods that a policy governs', () => {
  test.each([
    ['{}', 'namespace In shop', ''],
    ['{matchLabels: {app: web}}', 'namespace In shop; label app In web', 'label app In web'],
    ['{matchLabels: {"k8s:app": web}}', 'namespace In shop; label app In web', 'label app In web'],
    ['{matchLabels: {"any:app": web}}', 'namespace In shop; label app In web', 'label app In web'],
    [
      '{matchExpressions: [{key: "k8s:app", operator: Exists}]}',
      'namespace In shop; label app Exists',
      'label app Exists',
    ],
    ['{matchLabels: {k8s.app: web}}', 'namespace In shop; label k8s.app In web', 'label k8s.app In web'],
    // Replaced by the policy's own, unlike the same without `k8s:`.
    ['{matchLabels: {"k8s:io.kubernetes.pod.namespace": bank}}', 'namespace In shop', 'namespace In bank'],
    ['{matchLabels: {io.kubernetes.pod.namespace: bank}}', 'namespace In shop; namespace In bank', 'namespace In bank'],
    [
      '{matchLabels: {io.cilium.k8s.policy.serviceaccount: pay}}',
      'namespace In shop; serviceAccount In pay',
      'serviceAccount In pay',
    ],
    [
      '{matchLabels: {io.cilium.k8s.namespace.labels.team: red}}',
      'namespace In shop; namespaceLabel team In red',
      'namespaceLabel team In red',
    ],
  ])('%s', (selector, namespaced, clusterwide) => {
    const spec = `endpointSelector: ${selector}\ningress: [{}]`;
    const subjects = (kind: string) =>
      read(kind, spec, 'cilium-1.19').policies.map((found) => selectorText(found.subjects));
    expect(subjects('CiliumNetworkPolicy')).toEqual([namespaced]);
    expect(subjects('CiliumClusterwideNetworkPolicy')).toEqual([clusterwide]);
  });
});

describe('specs', () => {
  const spec = `${E}ingress: [{}]`;
  const withSpecs = (specs: string) => read('CiliumNetworkPolicy', spec, 'cilium-1.19', `specs:\n${specs}`);

  test('are policies of their own', () => {
    const { policies, findings } = withSpecs(
      '- {endpointSelector: {}, egress: [{}]}\n- {endpointSelector: {}, ingress: [{}]}',
    );
    expect(policies.map(({ path }) => path.join('.'))).toEqual(['spec', 'specs.0', 'specs.1']);
    expect(policies.flatMap(({ parts }) => parts.map(({ direction }) => direction))).toEqual([
      'ingress',
      'egress',
      'ingress',
    ]);
    expect(findings).toEqual([]);
  });

  test('are refused together, with the spec', () => {
    const { policies, findings } = withSpecs('- {endpointSelector: {}, egress: [{}]}\n- {endpointSelector: {}}');
    expect(policies).toEqual([]);
    expect(findings).toEqual([
      expect.stringContaining('malformed-policy 5 specs[1] of CiliumNetworkPolicy shop/p has no rule'),
    ]);
  });

  test('or a spec have to be there', () => {
    const { policies, findings } = policy('null');
    expect(policies).toEqual([]);
    expect(findings).toEqual([
      expect.stringContaining('malformed-policy 0 spec of CiliumNetworkPolicy shop/p is missing'),
    ]);
  });
});

test.each([
  ['required', 'cilium-1.20', 'required'],
  ['disabled', 'cilium-1.18', 'disabled'],
  ['test-always-fail', 'cilium-1.19', 'required'],
  ['required', 'cilium-1.21', undefined],
  ['optional', 'cilium-1.21', undefined],
])('authentication that is %s means to %s: %s', (mode, dialect, expected) => {
  const { policies } = policy(`${E}ingress:\n- authentication: {mode: ${mode}}\n  fromEndpoints: [{}]`, dialect);
  expect(policies[0]?.parts[0]?.rules[0]?.authentication).toBe(expected);
});

test('plain Kubernetes enforces nothing of it', () => {
  const { policies, findings } = policy(`${E}ingress: [{}]`, 'kubernetes');
  expect(policies).toEqual([]);
  expect(findings).toEqual([expect.stringContaining('other-dialect')]);
});

test('policies for endpoints of Cilium itself are reported', () => {
  const spec = "endpointSelector: {matchLabels: {'reserved:health': ''}}\ningress: [{}]";
  expect(read('CiliumClusterwideNetworkPolicy', spec, 'cilium-1.19').findings).toEqual([
    expect.stringContaining("own-endpoint 1 a policy for Cilium's own endpoints (reserved:health) is not evaluated"),
  ]);
  const others =
    "endpointSelector: {matchExpressions: [{key: 'reserved:health', operator: DoesNotExist}]}\ningress: [{}]";
  expect(read('CiliumClusterwideNetworkPolicy', others, 'cilium-1.19').findings).toEqual([]);
});
