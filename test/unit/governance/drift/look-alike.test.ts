import { describe, expect, test } from 'vitest';
import { CILIUM_POLICY, type Data, driftOf, NAMESPACE, NETWORK_POLICY } from './objects';
import { POD, pods, policy, service, workload } from './workloads';

describe('what looks alike and is not', () => {
  test.each<[name: string, rendered: Data, live: Data, path: string]>([
    [
      'no types, where egress had been closed',
      policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      policy({ podSelector: {} }),
      'spec.policyTypes.0',
    ],
    [
      'an empty rule, which allows everyone',
      policy({ podSelector: {}, policyTypes: ['Ingress'] }),
      policy({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] }),
      'spec.ingress',
    ],
    [
      'a selector of all namespaces',
      policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
      policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }] }),
      'spec.ingress.0.from.0.namespaceSelector',
    ],
    [
      'peers of Cilium: an empty list selects nothing, no list everyone',
      { ...CILIUM_POLICY, spec: { ingress: [{ fromEndpoints: [] }] } },
      { ...CILIUM_POLICY, spec: { ingress: [{}] } },
      'spec.ingress.0.fromEndpoints',
    ],
    [
      'a port as a name',
      policy({ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }),
      policy({ podSelector: {}, ingress: [{ ports: [{ port: '80' }] }] }),
      'spec.ingress.0.ports.0.port',
    ],
    [
      'a label of a namespace',
      NAMESPACE,
      { ...NAMESPACE, metadata: { name: 'ws-a', labels: { ...NAMESPACE.metadata.labels, tenant: 'b' } } },
      'metadata.labels.tenant',
    ],
    [
      'a label that was added to a namespace',
      NAMESPACE,
      { ...NAMESPACE, metadata: { name: 'ws-a', labels: { ...NAMESPACE.metadata.labels, trusted: 'yes' } } },
      'metadata.labels.trusted',
    ],
    [
      'an object that is being deleted',
      NETWORK_POLICY,
      { ...NETWORK_POLICY, metadata: { ...NETWORK_POLICY.metadata, deletionTimestamp: 'now' } },
      'metadata.deletionTimestamp',
    ],
    [
      'an owner, with which the object would go',
      NETWORK_POLICY,
      { ...NETWORK_POLICY, metadata: { ...NETWORK_POLICY.metadata, ownerReferences: [{ kind: 'Pod' }] } },
      'metadata.ownerReferences',
    ],
    ['a Service with addresses from outside', service({}), service({ externalIPs: ['192.0.2.1'] }), 'spec.externalIPs'],
    ['a Service without its address', service({}), service({ clusterIP: 'None' }), 'spec.clusterIP'],
    ['the host network', pods(POD), pods({ ...POD, hostNetwork: true }), 'spec.template.spec.hostNetwork'],
    [
      'a container more',
      pods(POD),
      pods({ containers: [...POD.containers, { name: 'b', image: 'b' }] }),
      'spec.template.spec.containers.1',
    ],
    [
      'a secret of another',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'agent', namespace: 'ws-a' } },
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'agent', namespace: 'ws-a' },
        secrets: [{ name: 'admin-token-x1' }, { name: 'agent-token-x1' }],
      },
      'secrets',
    ],
    [
      'what a ConfigMap holds',
      { ...workload('v1', 'ConfigMap', {}), spec: undefined, data: { a: '1' } },
      { ...workload('v1', 'ConfigMap', {}), spec: undefined, data: { a: '1', b: '' } },
      'data.b',
    ],
  ])('%s', (_, rendered, live, path) => {
    const { kind, metadata } = rendered as { kind: string; metadata: { name: string } };
    expect(driftOf([rendered], [live])).toEqual([`changed ${kind} ${metadata.name}: ${path}`]);
  });
});
