import { describe, expect, test } from 'vitest';
import { manifestsOf } from '../../../lib/analysis/load/load';
import type { ApiAnswer } from '../../../lib/governance/drift/cluster/api-client';
import { readCluster } from '../../../lib/governance/drift/cluster/read-cluster';
import { findDrift } from '../../../lib/governance/drift/find-drift';
import { at, list } from '../../../lib/kube/field';
import { resourceName } from '../../../lib/kube/guarded-kind';
import { apiGroup, type KubeObject } from '../../../lib/kube/object';
import { objectPattern } from '../../../lib/kube/object-pattern';
import { podTemplate } from '../../../lib/kube/pod';
import { DriftCheck, type DriftCheckProps } from '../../../lib/platform/drift-check';
import { Service } from '../../../lib/platform/service';
import { Workspace } from '../../../lib/platform/workspace';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { workloadProblems } from '../../../lib/render/workload/workload-problem';
import { ManifestObject } from '../../../lib/synth/manifest-object';
import { findings, manifest, manifests, platform } from './build';

const IMAGE = `registry.example.com/drift@sha256:${'0'.repeat(64)}`;

function build(props: Partial<DriftCheckProps> = {}, root = platform()) {
  new Service(root, 'control-plane', { namespace: 'system' });
  new Workspace(root, 'ws-a');
  new ManifestObject(root, 'dashboard', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'dashboard',
    namespace: 'monitoring',
    file: 'dashboard.yaml',
    fields: ['data'],
    render: () => ({ data: { a: 'b' } }),
  });
  const check = new DriftCheck(root, 'portcullis-drift', { namespace: 'system', image: IMAGE, ...props });
  return { root, check };
}

/** What roles allow, as `namespace resource.group`; `*` for the whole cluster. */
function allowed(objects: readonly KubeObject[]): readonly string[] {
  const bindings = objects.filter(({ kind }) => kind.endsWith('Binding'));
  return bindings.flatMap((binding) => {
    const role = objects.find(
      ({ kind, metadata }) =>
        kind === at(binding, 'roleRef', 'kind') &&
        metadata.name === at(binding, 'roleRef', 'name') &&
        (kind === 'ClusterRole' || metadata.namespace === binding.metadata.namespace),
    );
    return list(role?.rules).flatMap((rule) => {
      expect(at(rule, 'verbs')).toEqual(['list']);
      return list(at(rule, 'resources')).map(
        (resource) => `${binding.metadata.namespace ?? '*'} ${resource}.${list(at(rule, 'apiGroups')).join()}`,
      );
    });
  });
}

/** A cluster that serves every kind, holds these objects, and notes what is listed. */
function server(objects: readonly KubeObject[]) {
  const lists = new Set<string>();
  const byGroup = new Map<string, Map<string, { kind: string; namespaced: boolean }>>();
  const get = async (path: string): Promise<ApiAnswer> => {
    const [, above, ...rest] = (path.split('?')[0] ?? '').split('/');
    const group = above === 'api' ? '' : (rest.shift() ?? '');
    const version = rest.shift();
    if (version === undefined) return { status: 200, body: { versions: VERSIONS.map((one) => ({ version: one })) } };
    const known = byGroup.get(group) ?? new Map();
    if (rest.length === 0) return { status: 200, body: { resources: KINDS.filter((one) => one.group === group) } };
    const [resource, namespace] = rest.length === 3 ? [rest[2], rest[1]] : [rest[0], undefined];
    byGroup.set(group, known);
    lists.add(`${namespace ?? '*'} ${resource}.${group}`);
    const items = objects.filter(
      ({ apiVersion, kind, metadata }) =>
        apiGroup(apiVersion) === group &&
        resourceName(kind) === resource &&
        (namespace === undefined || metadata.namespace === namespace),
    );
    return { status: 200, body: { items } };
  };
  return { client: { name: 'test', get }, lists };
}

const VERSIONS = ['v1', 'v2', 'v1alpha1', 'v1beta1'];
const CLUSTER = new Set([
  'Namespace',
  'CiliumClusterwideNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterSPIFFEID',
  'ClusterStaticEntry',
]);
const KINDS = (
  [
    ['', 'Namespace Pod ServiceAccount ConfigMap ResourceQuota LimitRange'],
    ['apps', 'Deployment ReplicaSet StatefulSet DaemonSet'],
    ['batch', 'Job CronJob'],
    ['networking.k8s.io', 'NetworkPolicy'],
    ['cilium.io', 'CiliumNetworkPolicy CiliumClusterwideNetworkPolicy CiliumLocalRedirectPolicy CiliumEnvoyConfig'],
    ['policy.networking.k8s.io', 'AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy'],
    ['rbac.authorization.k8s.io', 'Role RoleBinding ClusterRole ClusterRoleBinding'],
    ['spire.spiffe.io', 'ClusterSPIFFEID ClusterStaticEntry'],
    ['policies.kyverno.io', 'PolicyException'],
    ['kyverno.io', 'PolicyException'],
  ] as const
).flatMap(([group, kinds]) =>
  kinds.split(' ').map((kind) => ({ group, kind, name: resourceName(kind), namespaced: !CLUSTER.has(kind) })),
);

test('its roles allow what it reads, and nothing else', async () => {
  const objects = manifests(build().root);
  const { client, lists } = server(objects);
  const rendered = manifestsOf(objects);
  const live = await readCluster(rendered, client);
  const may = allowed(objects);
  expect([...lists].filter((one) => !may.includes(one))).toEqual([]);
  // In a managed namespace it may list what it lists in any of them; elsewhere, that and nothing else.
  const anyManaged = (one: string) => one.replace(/^(?:system|ws-a) /, 'managed ');
  expect([...new Set(may.map(anyManaged))].sort()).toEqual([...new Set([...lists].map(anyManaged))].sort());
  expect(lists.size).toBeGreaterThan(40);
  const report = findDrift(rendered, live, { except: [objectPattern('CronJob/system/portcullis-drift')] });
  expect(report.drifts).toEqual([]);
});

test('the CronJob keeps to the baseline, and runs the command', () => {
  const { root } = build({ except: ['RoleBinding/system/theirs'], manifests: '/rendered', every: 3600 });
  const cronJob = manifest(root, 'CronJob', 'portcullis-drift', 'system');
  expect(workloadProblems(cronJob)).toEqual([]);
  expect(cronJob.spec).toMatchObject({ schedule: '0 * * * *', concurrencyPolicy: 'Forbid' });
  const [container] = podTemplate(cronJob)?.spec.containers ?? [];
  expect(container).toMatchObject({
    image: IMAGE,
    args: [
      'drift',
      '/rendered',
      '--except',
      'CronJob/system/portcullis-drift',
      '--except',
      'RoleBinding/system/theirs',
    ],
  });
});

test('its token is for the API server alone, and ends soon', () => {
  const { root } = build({ audience: 'https://issuer.example.com' });
  const template = podTemplate(manifest(root, 'CronJob', 'portcullis-drift'));
  expect(template?.spec.automountServiceAccountToken).toBe(false);
  expect(JSON.stringify(template?.spec.volumes)).toContain(
    '{"serviceAccountToken":{"audience":"https://issuer.example.com","expirationSeconds":600,"path":"token"}}',
  );
});

describe('it reaches the API server alone', () => {
  test('by the name that Cilium has for it', () => {
    const { root } = build();
    expect(manifest(root, 'CiliumNetworkPolicy', 'portcullis-drift').spec).toMatchObject({
      ingress: [{}],
      egress: [{ toEntities: ['kube-apiserver'], toPorts: [{ ports: [{ port: '443' }, { port: '6443' }] }] }],
    });
  });

  test('by its addresses', () => {
    const { root } = build(
      { apiServerAddresses: ['192.0.2.1/32'], apiServerPorts: [6443] },
      platform({ dialect: kubernetes() }),
    );
    expect(manifest(root, 'NetworkPolicy', 'portcullis-drift').spec).toMatchObject({
      egress: [{ to: [{ ipBlock: { cidr: '192.0.2.1/32' } }], ports: [{ port: 6443 }] }],
    });
    expect(findings(root).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('plain NetworkPolicies have no name for it', () => {
    const { root } = build({}, platform({ dialect: kubernetes() }));
    expect(findings(root).map(({ rule }) => rule)).toContain('entity-not-expressible');
  });
});

test('a namespace that comes later is a finding: the roles do not cover it', () => {
  const { root } = build();
  new Workspace(root, 'ws-late');
  expect(findings(root)).toContainEqual(
    expect.objectContaining({ rule: 'drift-not-allowed', message: expect.stringContaining("'ws-late'") }),
  );
});

test.each<[string, Partial<DriftCheckProps>]>([
  ['has no digest', { image: 'registry.example.com/drift:1' }],
  ['no schedule of a CronJob runs every 5400 seconds', { every: 5400 }],
  ['names no object', { except: ['RoleBinding'] }],
  ['not-an-address', { apiServerAddresses: ['not-an-address'] }],
])('refuses: %s', (message, props) => {
  expect(() => build(props)).toThrow(message);
});
