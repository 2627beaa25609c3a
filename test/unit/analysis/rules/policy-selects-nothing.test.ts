import { expect, test } from 'vitest';
import { policySelectsNothing } from '../../../../lib/analysis/rules/policy-selects-nothing';
import { ccnp, cnp, findings, lines, np, workload } from './build';

const workloads = [workload('a', 'web')];

test('labels that no pod of the namespace has', () => {
  const yaml = np('a', 'p', 'podSelector: {matchLabels: {app: wbe}}');
  expect(findings(policySelectsNothing, { yaml, workloads })).toEqual([
    'warning: the policy governs no pod: none in the manifests matches pods with app=wbe in namespace a',
  ]);
  expect(lines(policySelectsNothing, { yaml, workloads })).toEqual(['podSelector: {matchLabels: {app: wbe}}']);
});

test.each([
  ['pods', np('a', 'p', 'podSelector: {matchLabels: {app: web}}')],
  ['a namespace of which nothing is known', np('unknown', 'p', 'podSelector: {matchLabels: {app: web}}')],
  [
    'all pods but some',
    cnp('a', 'p', 'endpointSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}\ningress: [{}]'),
  ],
])('silent: %s', (_, yaml) => {
  expect(findings(policySelectsNothing, { yaml, workloads })).toEqual([]);
});

test('a policy of the cluster', () => {
  const yaml = ccnp('p', 'endpointSelector: {matchLabels: {app: wbe}}\ningress: [{}]');
  expect(findings(policySelectsNothing, { yaml, workloads })).toEqual([
    'warning: the policy governs no pod: none in the manifests matches pods with app=wbe in any namespace',
  ]);
});

test('silent: a namespace with nobody but pods on the network of the host', () => {
  const onHost = [workload('a', 'agent', { hostNetwork: true })];
  const yaml = np('a', 'p', 'podSelector: {matchLabels: {app: agent}}');
  expect(findings(policySelectsNothing, { yaml, workloads: onHost })).toEqual([]);
});

test('labels of pods on the network of the host', () => {
  const yaml = np('a', 'p', 'podSelector: {matchLabels: {app: agent}}');
  const onHost = workload('a', 'agent', { hostNetwork: true });
  expect(findings(policySelectsNothing, { yaml, workloads: [...workloads, onHost] })).toEqual([
    "warning: the policy governs no pod: a/agent carries the labels and is on the host's network, where policies for pods do not reach",
  ]);
});

test('labels that Cilium leaves out of identities', () => {
  const key = 'statefulset.kubernetes.io/pod-name';
  const yaml = np('a', 'p', `podSelector: {matchLabels: {${key}: db-0}}`);
  const db = workload('a', 'db-0', { labels: { [key]: 'db-0' } });
  expect(findings(policySelectsNothing, { yaml, workloads: [db] })).toEqual([
    `warning: the policy governs no pod: Cilium by default leaves labels of this kind out of what it knows of a/db-0 (pods with ${key}=db-0 in namespace a)`,
  ]);
  expect(findings(policySelectsNothing, { yaml, workloads: [db], dialect: 'kubernetes' })).toEqual([]);
});

test('silent: endpoints of Cilium itself, which no manifest holds', () => {
  const yaml = ccnp('p', "endpointSelector: {matchLabels: {'reserved:health': ''}}\ningress: [{}]");
  expect(findings(policySelectsNothing, { yaml, workloads })).toEqual([]);
});
