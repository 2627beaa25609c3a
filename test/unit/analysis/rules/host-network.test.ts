import { expect, test } from 'vitest';
import { hostNetwork } from '../../../../lib/analysis/rules/host-network';
import { analysisOf, ccnp, cnp, findings, lines, np, workload } from './build';

const agent = workload('a', 'agent', { hostNetwork: true });

test('a policy that would select the pods', () => {
  const yaml = cnp('a', 'p', 'endpointSelector: {matchLabels: {app: agent}}\ningress: [{}]');
  expect(findings(hostNetwork, { yaml, workloads: [agent] })).toEqual([
    "warning: CiliumNetworkPolicy a/p (-:2) does not govern a/agent: its pods are on the host's network, where policies for pods do not reach",
  ]);
  expect(
    findings(hostNetwork, { yaml: np('a', 'p', 'podSelector: {}'), workloads: [agent], dialect: 'kubernetes' }),
  ).toHaveLength(1);
});

test.each([
  ['other pods', cnp('a', 'p', 'endpointSelector: {matchLabels: {app: web}}\ningress: [{}]'), agent],
  ['another namespace', cnp('b', 'p', 'endpointSelector: {}\ningress: [{}]'), agent],
  ['the pod network', cnp('a', 'p', 'endpointSelector: {}\ningress: [{}]'), workload('a', 'agent')],
])('silent: %s', (_, yaml, pods) => {
  expect(findings(hostNetwork, { yaml, workloads: [pods] })).toEqual([]);
});

test.each([
  ['the cluster', 'endpointSelector: {}'],
  ['the namespace', 'endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: a}}'],
  ['the service account', 'endpointSelector: {matchLabels: {io.cilium.k8s.policy.serviceaccount: default}}'],
])('a clusterwide policy, by %s', (_, selector) => {
  const yaml = ccnp('p', `${selector}\ningress: [{}]`);
  expect(findings(hostNetwork, { yaml, workloads: [agent] })).toEqual([
    expect.stringContaining('CiliumClusterwideNetworkPolicy p (-:2) does not govern a/agent'),
  ]);
  const elsewhere = { ...agent, namespace: 'b', serviceAccount: 'other' };
  expect(findings(hostNetwork, { yaml, workloads: [elsewhere] })).toHaveLength(selector.endsWith('{}') ? 1 : 0);
});

test('stands at the workload; at the selector of the policy if no manifest holds the workload', () => {
  const { source: _, ...imagined } = agent;
  const yaml = np('a', 'p', 'podSelector: {matchLabels: {app: agent}}');
  const [stated] = hostNetwork.check(analysisOf({ yaml, workloads: [agent], dialect: 'kubernetes' }));
  expect(stated?.at).toMatchObject({ object: 'Deployment a/agent', source: { file: 'a-agent.yaml' } });
  expect(lines(hostNetwork, { yaml, workloads: [imagined], dialect: 'kubernetes' })).toEqual([
    'podSelector: {matchLabels: {app: agent}}',
  ]);
  const cilium = cnp('a', 'p', 'ingress: [{}]\nendpointSelector: {matchLabels: {app: agent}}');
  expect(lines(hostNetwork, { yaml: cilium, workloads: [imagined] })).toEqual([
    'endpointSelector: {matchLabels: {app: agent}}',
  ]);
});
