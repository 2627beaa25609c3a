import { describe, expect, test } from 'vitest';
import { manifestsOf } from '../../../../../lib/analysis/load/load';
import { exportedObjects } from '../../../../../lib/governance/drift/exported';
import { findDrift } from '../../../../../lib/governance/drift/find-drift';
import { type Data, NAMESPACE, NETWORK_POLICY } from '../objects';

const SYSTEM = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'system', labels: { tier: 'control' } } };
const deployment = (name: string, labels: Data, serviceAccountName = name) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'ws-a' },
  spec: { template: { metadata: { labels }, spec: { serviceAccountName, containers: [{ name: 'a', image: 'a' }] } } },
});
const account = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'ws-a' } });
const SPIFFE_ID = {
  apiVersion: 'spire.spiffe.io/v1alpha1',
  kind: 'ClusterSPIFFEID',
  metadata: { name: 'agent' },
  spec: { spiffeIDTemplate: 'spiffe://td/agent', namespaceSelector: { matchLabels: { tenant: 'a' } } },
};
const VALIDATING = {
  apiVersion: 'policies.kyverno.io/v1',
  kind: 'ValidatingPolicy',
  metadata: { name: 'ours' },
  spec: {},
};
const RENDERED = [
  NAMESPACE,
  SYSTEM,
  NETWORK_POLICY,
  deployment('agent', { app: 'agent' }),
  account('agent'),
  SPIFFE_ID,
  VALIDATING,
];

/** What is said of one object that is there besides everything that was rendered. */
function saidOf(...objects: readonly Data[]): string {
  const live = exportedObjects(manifestsOf([...RENDERED, ...objects]), 'exported');
  const { drifts, findings } = findDrift(manifestsOf(RENDERED), live);
  const told = findings.filter(({ rule }) => rule === 'drift-unmanaged');
  return [
    ...drifts.map(({ kind, message }) => `${kind}: ${message}`),
    ...told.map(({ message }) => `info: ${message}`),
  ].join('\n');
}

const inNamespace = (apiVersion: string, kind: string, further: Data = {}, namespace = 'ws-a') => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace },
  ...further,
});
const ofCluster = (apiVersion: string, kind: string, further: Data) => ({
  apiVersion,
  kind,
  metadata: { name: 'x' },
  ...further,
});
const ccnp = (endpointSelector: Data | undefined, further: Data = {}) =>
  ofCluster('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', {
    spec: { ...(endpointSelector ? { endpointSelector } : {}), ...further },
  });
const admin = (subject: Data, kind = 'AdminNetworkPolicy') =>
  ofCluster('policy.networking.k8s.io/v1alpha1', kind, { spec: { subject } });
const binding = (subjects: readonly Data[], name = 'x', role = 'edit') => ({
  ...ofCluster('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', {}),
  metadata: { name },
  roleRef: { kind: 'ClusterRole', name: role },
  subjects,
});
const pod = (labels: Data, further: Data = {}, namespace = 'ws-a', metadata: Data = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'x', namespace, labels, ...metadata },
  spec: { containers: [], ...further },
});
const spiffe = (spec: Data) => ofCluster('spire.spiffe.io/v1alpha1', 'ClusterSPIFFEID', { spec });
const entry = (spec: Data) => ofCluster('spire.spiffe.io/v1alpha1', 'ClusterStaticEntry', { spec });
const exception = (group: string, spec: Data) => inNamespace(group, 'PolicyException', { spec }, 'elsewhere');
const account2 = { kind: 'ServiceAccount', namespace: 'ws-a', name: 'agent' };

test('what was rendered is managed', () => {
  expect(saidOf()).toBe('');
});

describe('what nobody rendered and gives something', () => {
  test.each<[name: string, object: Data, message: RegExp]>([
    ['a policy', inNamespace('networking.k8s.io/v1', 'NetworkPolicy'), /policies add up/],
    ['a policy of Cilium', inNamespace('cilium.io/v2', 'CiliumNetworkPolicy'), /policies add up/],
    [
      'a redirection',
      inNamespace('cilium.io/v2', 'CiliumLocalRedirectPolicy'),
      /sends traffic of this namespace elsewhere/,
    ],
    ['a policy for every pod', ccnp({}), /selects some in ws-a/],
    [
      'one by namespace',
      ccnp({ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'system' } }),
      /selects some in system/,
    ],
    [
      'one by labels of the namespace',
      ccnp({ matchLabels: { 'io.cilium.k8s.namespace.labels.tenant': 'a' } }),
      /selects some in ws-a/,
    ],
    ['one for our pods', ccnp({ matchLabels: { app: 'agent' } }), /selects some in ws-a/],
    [
      'one among several',
      ofCluster('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', { specs: [{}, { endpointSelector: {} }] }),
      /selects some in ws-a/,
    ],
    ['one of administrators', admin({ namespaces: {} }), /selects some in ws-a/],
    [
      'one of administrators for pods',
      admin({
        pods: { namespaceSelector: { matchLabels: { tenant: 'a' } }, podSelector: { matchLabels: { app: 'agent' } } },
      }),
      /selects some in ws-a/,
    ],
    ['a baseline', admin({ namespaces: {} }, 'BaselineAdminNetworkPolicy'), /selects some in ws-a/],
    [
      'rights in the namespace',
      inNamespace('rbac.authorization.k8s.io/v1', 'RoleBinding', {
        roleRef: { kind: 'ClusterRole', name: 'edit' },
        subjects: [{ kind: 'User', name: 'eve' }],
      }),
      /gives User eve the rights of ClusterRole edit in this namespace/,
    ],
    [
      'rights in the cluster',
      binding([account2]),
      /gives ServiceAccount ws-a\/agent the rights of ClusterRole edit in the whole/,
    ],
    [
      'rights of all accounts',
      binding([{ kind: 'Group', name: 'system:serviceaccounts' }]),
      /gives Group system:serviceaccounts/,
    ],
    ['rights of our accounts', binding([{ kind: 'Group', name: 'system:serviceaccounts:ws-a' }]), /whole cluster/],
    [
      'rights of one by its user',
      binding([{ kind: 'User', name: 'system:serviceaccount:ws-a:agent' }]),
      /whole cluster/,
    ],
    [
      'rights that bear a known name',
      binding([{ kind: 'Group', name: 'system:authenticated' }], 'system:basic-user', 'cluster-admin'),
      /rights of ClusterRole cluster-admin/,
    ],
    ['a pod with labels of others', pod({ app: 'agent' }), /have the label app: agent, by which policies know others/],
    ['a pod with the account of others', pod({}, { serviceAccountName: 'agent' }), /have the service account agent/],
    ['a pod with labels of another namespace', pod({ app: 'agent' }, {}, 'system'), /the label app: agent/],
    ['a Deployment', { ...deployment('copy', { app: 'agent' }) }, /the label app: agent/],
    ['an identity', spiffe({ spiffeIDTemplate: 'spiffe://td/x' }), /issues spiffe:\/\/td\/x to pods in ws-a/],
    [
      'an identity by labels',
      spiffe({ spiffeIDTemplate: 'spiffe://td/x', namespaceSelector: { matchLabels: { tier: 'control' } } }),
      /to pods in system/,
    ],
    [
      'an identity of others',
      spiffe({ spiffeIDTemplate: 'spiffe://td/agent', namespaceSelector: { matchLabels: { no: 'one' } } }),
      /issues spiffe:\/\/td\/agent, which others have/,
    ],
    ['an entry', entry({ spiffeID: 'spiffe://td/x', selectors: ['k8s:ns:ws-a'] }), /to pods in ws-a/],
    [
      'an entry for any namespace',
      entry({ spiffeID: 'spiffe://td/x', selectors: ['k8s:pod-label:a:b'] }),
      /pods of any namespace/,
    ],
    ['an entry for others', entry({ spiffeID: 'spiffe://td/agent', selectors: ['unix:uid:0'] }), /which others have/],
    [
      'an exception',
      exception('policies.kyverno.io/v1', { policyRefs: [{ name: 'ours', kind: 'ValidatingPolicy' }] }),
      /makes an exception from the policy ours/,
    ],
    [
      'an old exception',
      exception('kyverno.io/v2', { exceptions: [{ policyName: 'ours' }] }),
      /exception from the policy ours/,
    ],
  ])('%s', (_, object, message) => {
    const said = saidOf(object);
    expect(said).toMatch(/^unmanaged: was not rendered: /);
    expect(said).toMatch(message);
  });

  test('a service account, which by itself gives nothing', () => {
    expect(saidOf(account('other'))).toMatch(/^info: ServiceAccount ws-a\/other was not rendered: by itself/);
  });
});

describe('what others may do', () => {
  const owner = { kind: 'Deployment', name: 'agent', controller: true };
  const owned = (labels: Data, further: Data = {}) =>
    pod(labels, { serviceAccountName: 'agent', ...further }, 'ws-a', { ownerReferences: [owner] });

  test.each<[name: string, object: Data]>([
    ['a policy elsewhere', inNamespace('networking.k8s.io/v1', 'NetworkPolicy', {}, 'elsewhere')],
    ['a policy for other namespaces', ccnp({ matchLabels: { 'io.kubernetes.pod.namespace': 'elsewhere' } })],
    ['a policy for pods that are not ours', ccnp({ matchLabels: { 'k8s-app': 'kube-dns' } })],
    ['a policy for nodes', ccnp(undefined, { nodeSelector: {} })],
    ['a policy for reserved endpoints', ccnp({ matchLabels: { 'reserved:health': '' } })],
    ['a policy of administrators for others', admin({ namespaces: { matchLabels: { tenant: 'b' } } })],
    ['rights of people', binding([{ kind: 'User', name: 'operator' }])],
    ['rights of other accounts', binding([{ kind: 'ServiceAccount', namespace: 'elsewhere', name: 'a' }])],
    [
      'rights that every cluster gives',
      binding([{ kind: 'Group', name: 'system:authenticated' }], 'system:basic-user', 'system:basic-user'),
    ],
    ['a pod that poses as nobody', pod({ app: 'other' })],
    ['a pod elsewhere', pod({ app: 'agent' }, {}, 'elsewhere')],
    ['a pod of our Deployment', owned({ app: 'agent', 'pod-template-hash': 'x' })],
    ['the account that every namespace has', account('default')],
    ['an identity for others', spiffe({ namespaceSelector: { matchLabels: { tenant: 'b' } } })],
    ['an entry for others', entry({ spiffeID: 'spiffe://td/x', selectors: ['k8s:ns:elsewhere', 'k8s:pod-label:a:b'] })],
    ['an exception from other policies', exception('policies.kyverno.io/v1', { policyRefs: [{ name: 'theirs' }] })],
    ['what is not looked for', inNamespace('v1', 'ConfigMap')],
  ])('%s', (_, object) => {
    expect(saidOf(object)).toBe('');
  });

  test.each<[name: string, object: Data]>([
    ['labels that its owner does not give', owned({ app: 'agent', tier: 'control' })],
    ['another account than its owner', owned({ app: 'agent' }, { serviceAccountName: 'admin' })],
    [
      'an owner that is not there',
      pod({ app: 'agent' }, {}, 'ws-a', { ownerReferences: [{ ...owner, name: 'gone' }] }),
    ],
  ])('but no pod with %s', (_, object) => {
    expect(saidOf(object)).toMatch(/^unmanaged: /);
  });
});

test('labels of namespaces count as they are, not as they were rendered', () => {
  const moved = { ...NAMESPACE, metadata: { name: 'ws-a', labels: { tenant: 'b' } } };
  const live = [
    ...RENDERED.filter((object) => object !== NAMESPACE),
    moved,
    spiffe({ namespaceSelector: { matchLabels: { tenant: 'b' } } }),
  ];
  const { drifts } = findDrift(manifestsOf(RENDERED), exportedObjects(manifestsOf(live), 'exported'));
  expect(drifts.map(({ kind, object }) => `${kind} ${object.kind}`)).toEqual([
    'unmanaged ClusterSPIFFEID',
    'changed Namespace',
  ]);
});
