import { expect, test } from 'vitest';
import { DEFAULT_CLUSTER } from '../../../lib/model/cluster';
import { dnsSubdomainProblem } from '../../../lib/model/name';

test('the default cluster is what kubeadm sets up', () => {
  expect(DEFAULT_CLUSTER).toEqual({
    domain: 'cluster.local',
    searchDomains: [],
    dns: {
      peer: { kind: 'pods', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
  });
  expect(dnsSubdomainProblem(DEFAULT_CLUSTER.domain, 'domain')).toBeUndefined();
});

test('the default cluster cannot be changed', () => {
  const { searchDomains, dns } = DEFAULT_CLUSTER;
  for (const part of [DEFAULT_CLUSTER, searchDomains, dns, dns.peer, dns.ports])
    expect(Object.isFrozen(part)).toBe(true);
});
