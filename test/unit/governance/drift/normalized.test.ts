import { describe, expect, test } from 'vitest';
import { CILIUM_POLICY, type Data, driftOf, NAMESPACE, NETWORK_POLICY } from './objects';
import { policy, service, workload } from './workloads';

describe('what the API server adds is no drift', () => {
  test.each<[name: string, rendered: Data, stored: Data]>([
    [
      'metadata and status',
      NETWORK_POLICY,
      {
        ...NETWORK_POLICY,
        metadata: {
          ...NETWORK_POLICY.metadata,
          uid: '1',
          resourceVersion: '2',
          generation: 3,
          creationTimestamp: '2026-01-01T00:00:00Z',
          managedFields: [{ manager: 'kubectl' }],
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
        },
        status: { conditions: [] },
      },
    ],
    [
      'the protocol of a port',
      policy({ podSelector: {}, ingress: [{ ports: [{ port: 1 }] }] }),
      policy({ podSelector: {}, ingress: [{ ports: [{ port: 1, protocol: 'TCP' }] }], policyTypes: ['Ingress'] }),
    ],
    [
      'types of a policy with egress',
      policy({ podSelector: {}, egress: [{}] }),
      policy({ podSelector: {}, egress: [{}], policyTypes: ['Ingress', 'Egress'] }),
    ],
    [
      'empty lists that are not stored',
      policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] }),
      policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
    ],
    [
      'an empty list of peers, which is everyone',
      policy({ podSelector: {}, ingress: [{ from: [] }] }),
      policy({ podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] }),
    ],
    [
      'an empty map of labels',
      policy({ podSelector: { matchLabels: {} }, policyTypes: ['Ingress'] }),
      policy({ podSelector: {}, policyTypes: ['Ingress'] }),
    ],
    [
      'the status of Cilium',
      CILIUM_POLICY,
      { ...CILIUM_POLICY, status: { conditions: [{ type: 'Valid', status: 'True' }] } },
    ],
    [
      'the family of ICMP',
      { ...CILIUM_POLICY, spec: { egress: [{ icmps: [{ fields: [{ type: 8 }] }] }] } },
      { ...CILIUM_POLICY, spec: { egress: [{ icmps: [{ fields: [{ type: 8, family: 'IPv4' }] }] }] } },
    ],
    [
      'the name of a namespace as its label',
      NAMESPACE,
      {
        ...NAMESPACE,
        metadata: { name: 'ws-a', labels: { ...NAMESPACE.metadata.labels, 'kubernetes.io/metadata.name': 'ws-a' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    ],
    [
      'addresses of a Service',
      service({ ports: [{ port: 80 }] }),
      service({
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
        clusterIP: '10.0.0.1',
        clusterIPs: ['10.0.0.1'],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        internalTrafficPolicy: 'Cluster',
        sessionAffinity: 'None',
        type: 'ClusterIP',
      }),
    ],
    [
      'what a LimitRange derives',
      workload('v1', 'LimitRange', { limits: [{ type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' } }] }),
      workload('v1', 'LimitRange', {
        limits: [
          {
            type: 'Container',
            max: { cpu: '2' },
            min: { memory: '1Mi' },
            default: { cpu: '2' },
            defaultRequest: { cpu: '2', memory: '1Mi' },
          },
        ],
      }),
    ],
    [
      'a quota in another spelling',
      workload('v1', 'ResourceQuota', { hard: { 'requests.cpu': '8000m' } }),
      workload('v1', 'ResourceQuota', { hard: { 'requests.cpu': '8' } }),
    ],
    [
      'the token of an old controller',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'agent', namespace: 'ws-a' } },
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'agent', namespace: 'ws-a' },
        secrets: [{ name: 'agent-token-x1' }],
      },
    ],
    [
      'an admission policy',
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'x' },
        spec: { matchConstraints: { resourceRules: [{ apiGroups: [''], resources: ['pods'] }] } },
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'x' },
        spec: {
          failurePolicy: 'Fail',
          matchConstraints: {
            matchPolicy: 'Equivalent',
            namespaceSelector: {},
            objectSelector: {},
            resourceRules: [{ apiGroups: [''], resources: ['pods'], scope: '*' }],
          },
        },
      },
    ],
    [
      'a binding',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'x' },
        roleRef: { kind: 'ClusterRole', name: 'view' },
        subjects: [{ kind: 'User', name: 'u' }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'x' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'u' }],
      },
    ],
    [
      'a policy of Kyverno for images',
      { apiVersion: 'policies.kyverno.io/v1', kind: 'ImageValidatingPolicy', metadata: { name: 'x' }, spec: {} },
      {
        apiVersion: 'policies.kyverno.io/v1',
        kind: 'ImageValidatingPolicy',
        metadata: { name: 'x' },
        spec: { validationConfigurations: { mutateDigest: true, required: true, verifyDigest: true } },
        status: { autogen: {} },
      },
    ],
    [
      'text of a Secret',
      { ...workload('v1', 'Secret', {}), stringData: { a: 'b' }, spec: undefined },
      { ...workload('v1', 'Secret', {}), type: 'Opaque', data: { a: 'Yg==' }, spec: undefined },
    ],
    ['another version of the group', CILIUM_POLICY, { ...CILIUM_POLICY, apiVersion: 'cilium.io/v2alpha1' }],
  ])('%s', (_, rendered, stored) => {
    expect(driftOf([rendered], [stored])).toEqual([]);
  });
});
