import { expect, test } from 'vitest';
import { hostNetwork } from '../../../../lib/analysis/rules/host-network';
import { cnp, findings, np, workload } from './build';

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
