import { expect, test } from 'vitest';
import { labelSpoofable } from '../../../../lib/analysis/rules/label-spoofable';
import { ccnp, cnp, findings, lines, np, workload } from './build';

const workloads = [workload('a', 'db'), workload('b', 'client'), workload('b', 'other')];
const from = (selector: string) => cnp('a', 'p', `endpointSelector: {}\ningress:\n- fromEndpoints: [${selector}]`);
const CLIENT = 'matchLabels: {io.kubernetes.pod.namespace: b, app: client';

test('a label alone, in a namespace with other pods', () => {
  expect(findings(labelSpoofable, { yaml: from(`{${CLIENT}}}`), workloads })).toEqual([
    'info: ingress from pods with app=client in namespace b rests on labels that whoever creates a pod there may set',
  ]);
});

test('namespaces by a label that is not their name', () => {
  const yaml = np('a', 'p', 'podSelector: {}\ningress:\n- from: [{namespaceSelector: {matchLabels: {team: x}}}]');
  expect(findings(labelSpoofable, { yaml, workloads, dialect: 'kubernetes' })).toEqual([
    expect.stringContaining('whoever creates a namespace may set'),
  ]);
});

test.each([
  [
    'every namespace',
    from('{matchLabels: {app: client}, matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}'),
  ],
  [
    'every namespace but one',
    from(
      '{matchLabels: {app: client}, matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [c]}]}',
    ),
  ],
  [
    'a policy of the cluster',
    ccnp('p', 'endpointSelector: {}\ningress:\n- fromEndpoints: [{matchLabels: {app: client}}]'),
  ],
  [
    'a NetworkPolicy',
    np(
      'a',
      'p',
      'podSelector: {}\ningress:\n- from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}]',
    ),
  ],
])('a label alone, in any namespace: %s', (_, yaml) => {
  expect(findings(labelSpoofable, { yaml, workloads })).toEqual([
    expect.stringMatching(
      /^info: ingress from pods with app=client.* rests on labels that whoever creates a pod there/,
    ),
  ]);
});

test('one finding for each policy, at its first such rule', () => {
  const yaml = cnp(
    'a',
    'p',
    `endpointSelector: {}\ningress:\n- fromEndpoints: [{}]\n- fromEndpoints: [{${CLIENT}}}]\n- fromEndpoints: [{${CLIENT}, run: x}}]`,
  );
  expect(lines(labelSpoofable, { yaml, workloads })).toEqual([`- fromEndpoints: [{${CLIENT}}}]`]);
});

test.each([
  ['with the service account', from(`{${CLIENT}, io.cilium.k8s.policy.serviceaccount: client}}`)],
  ['the whole namespace', from('{matchLabels: {io.kubernetes.pod.namespace: b}}')],
  ['the own namespace', from('{matchLabels: {app: db}}')],
  ['all pods of every namespace', from('{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}')],
  ['who is denied', from(`{${CLIENT}}}`).replace('ingress:', 'ingressDeny:')],
  ['where pods may go', from(`{${CLIENT}}}`).replace('ingress:', 'egress:').replace('fromEndpoints', 'toEndpoints')],
])('silent: %s', (_, yaml) => {
  expect(findings(labelSpoofable, { yaml, workloads })).toEqual([]);
});

test('silent: a namespace that holds nobody else', () => {
  expect(findings(labelSpoofable, { yaml: from(`{${CLIENT}}}`), workloads: workloads.slice(0, 2) })).toEqual([]);
});
