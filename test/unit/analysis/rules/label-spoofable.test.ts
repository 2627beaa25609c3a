import { expect, test } from 'vitest';
import { labelSpoofable } from '../../../../lib/analysis/rules/label-spoofable';
import { cnp, findings, np, workload } from './build';

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
  ['with the service account', from(`{${CLIENT}, io.cilium.k8s.policy.serviceaccount: client}}`)],
  ['the whole namespace', from('{matchLabels: {io.kubernetes.pod.namespace: b}}')],
  ['the own namespace', from('{matchLabels: {app: db}}')],
])('silent: %s', (_, yaml) => {
  expect(findings(labelSpoofable, { yaml, workloads })).toEqual([]);
});

test('silent: a namespace that holds nobody else', () => {
  expect(findings(labelSpoofable, { yaml: from(`{${CLIENT}}}`), workloads: workloads.slice(0, 2) })).toEqual([]);
});
