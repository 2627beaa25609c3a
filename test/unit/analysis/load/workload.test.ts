import { describe, expect, test } from 'vitest';
import { inventoryWorkloads } from '../../../../lib/analysis/load/inventory';
import { manifestsOf } from '../../../../lib/analysis/load/load';

const container = { name: 'c', ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9 }] };
const template = { metadata: { labels: { app: 'web' } }, spec: { serviceAccountName: 'sa', containers: [container] } };
const meta = (name: string, more: object = {}) => ({ name, namespace: 'shop', ...more });
const owner = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });

function pod(name: string, labels: object, more: object = {}, ip?: string) {
  const status = ip === undefined ? {} : { status: { podIPs: [{ ip }] } };
  return { apiVersion: 'v1', kind: 'Pod', metadata: meta(name, { labels, ...more }), spec: template.spec, ...status };
}

const names = (objects: readonly object[]) => manifestsOf(objects).workloads.map(({ kind, name }) => `${kind}/${name}`);

describe('workloads', () => {
  test.each([
    ['apps/v1', 'Deployment', { template }],
    ['apps/v1', 'StatefulSet', { template }],
    ['apps/v1', 'DaemonSet', { template }],
    ['apps/v1', 'ReplicaSet', { template }],
    ['v1', 'ReplicationController', { template }],
    ['batch/v1', 'Job', { template }],
    ['batch/v1', 'CronJob', { jobTemplate: { spec: { template } } }],
  ])('of %s %s are the pods of its template', (apiVersion, kind, spec) => {
    expect(manifestsOf([{ apiVersion, kind, metadata: meta('web'), spec }]).workloads).toEqual([
      {
        namespace: 'shop',
        name: 'web',
        kind,
        labels: { app: 'web' },
        serviceAccount: 'sa',
        hostNetwork: false,
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        addresses: [],
        source: expect.anything(),
      },
    ]);
  });

  test('on the host network are marked', () => {
    const spec = { template: { ...template, spec: { ...template.spec, hostNetwork: true } } };
    const [workload] = manifestsOf([
      { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: meta('agent'), spec },
    ]).workloads;
    expect(workload?.hostNetwork).toBe(true);
  });

  test('of other groups are none', () => {
    expect(
      names([{ apiVersion: 'example.com/v1', kind: 'Deployment', metadata: meta('web'), spec: { template } }]),
    ).toEqual([]);
  });

  test.each([undefined, null, 7, 'text', [], { template: [] }, { template: { metadata: { labels: ['a'] } } }])(
    'with the spec %j do not throw',
    (spec) => {
      const { workloads } = manifestsOf([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web'), spec }]);
      expect(workloads).toMatchObject([{ name: 'web', labels: {}, serviceAccount: 'default', ports: [] }]);
    },
  );
});

describe('pods that something owns', () => {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web'), spec: { template } };
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta('web-5d9', owner('Deployment', 'web')),
    spec: { template: { ...template, metadata: { labels: { app: 'web', 'pod-template-hash': '5d9' } } } },
  };
  const live = (name: string) =>
    pod(name, { app: 'web', 'pod-template-hash': '5d9' }, owner('ReplicaSet', 'web-5d9'), `10.0.0.${name.length}`);

  test('are one with their owner, with all their addresses', () => {
    const { workloads } = manifestsOf([deployment, replicaSet, live('web-5d9-a'), live('web-5d9-bb')]);
    expect(workloads).toMatchObject([{ kind: 'Deployment', name: 'web', addresses: ['10.0.0.9', '10.0.0.10'] }]);
  });

  test('are called after the Deployment that their hash tells of', () => {
    expect(names([live('web-5d9-a'), live('web-5d9-bb')])).toEqual(['Deployment/web']);
  });

  test('are called after an owner that is not there', () => {
    expect(
      names([pod('db-0', { app: 'db', 'apps.kubernetes.io/pod-index': '0' }, owner('StatefulSet', 'db'))]),
    ).toEqual(['StatefulSet/db']);
  });

  test('stay apart where their labels differ: what a pod carries decides', () => {
    const odd = pod(
      'web-5d9-x',
      { app: 'web', debug: 'true', 'pod-template-hash': '5d9' },
      owner('ReplicaSet', 'web-5d9'),
    );
    expect(names([deployment, replicaSet, live('web-5d9-a'), odd])).toEqual(['Deployment/web', 'Deployment/web#2']);
  });

  test('do not come with ReplicaSets of the past, which keep an old template and no pods', () => {
    const past = {
      ...replicaSet,
      metadata: meta('web-old', owner('Deployment', 'web')),
      spec: { replicas: 0, template: { metadata: { labels: { app: 'web', old: 'yes', 'pod-template-hash': 'old' } } } },
    };
    expect(names([deployment, past, replicaSet, live('web-5d9-a')])).toEqual(['Deployment/web']);
    expect(names([{ ...past, metadata: meta('scaled-down') }])).toEqual(['ReplicaSet/scaled-down']);
  });

  test('stand for themselves if their node owns them', () => {
    const statics = ['etcd', 'kube-apiserver'].map((name) =>
      pod(`${name}-n1`, { component: name }, owner('Node', 'n1')),
    );
    expect(names(statics)).toEqual(['Pod/etcd-n1', 'Pod/kube-apiserver-n1']);
  });

  test('of an owner of an owner that is a circle come to an end', () => {
    const circle = { ...replicaSet, metadata: meta('web-5d9', owner('ReplicaSet', 'web-5d9')) };
    expect(names([circle])).toHaveLength(1);
  });
});

describe('labels of controllers', () => {
  const POD_NAME = 'statefulset.kubernetes.io/pod-name';
  const selecting = (selector: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta('p'),
    spec: { podSelector: selector },
  });
  const statefulSet = (spec: object) => {
    return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: meta('db'), spec: { template, ...spec } };
  };
  const db = (ordinal: number) => {
    return pod(`db-${ordinal}`, { app: 'web', [POD_NAME]: `db-${ordinal}` }, owner('StatefulSet', 'db'));
  };

  test('that no policy selects by do not part pods', () => {
    expect(names([db(0), db(1), selecting({ matchLabels: { app: 'web' } })])).toEqual(['StatefulSet/db']);
  });

  test.each([
    ['as a label', { matchLabels: { [POD_NAME]: 'db-0' } }],
    ['in an expression', { matchExpressions: [{ key: POD_NAME, operator: 'In', values: ['db-0'] }] }],
    ['as Cilium may write it', { matchLabels: { [`k8s:${POD_NAME}`]: 'db-0' } }],
  ])('that a policy selects by, %s, do', (_, selector) => {
    expect(names([db(1), db(0), selecting(selector)])).toEqual(['Pod/db-1', 'Pod/db-0']);
  });

  test.each([
    [{ replicas: 3 }, ['Pod/db-0', 'Pod/db-1', 'Pod/db-2']],
    [{ replicas: 2, ordinals: { start: 5 } }, ['Pod/db-5', 'Pod/db-6']],
    [{}, ['Pod/db-0']],
    [{ replicas: 0 }, ['Pod/db-0']],
    [{ replicas: 'many' }, ['Pod/db-0']],
  ])('are foretold for a StatefulSet of %j', (spec, expected) => {
    expect(names([statefulSet(spec), selecting({ matchLabels: { [POD_NAME]: 'db-0' } })])).toEqual(expected);
  });

  test('that were foretold are those of the pods that are there', () => {
    expect(
      names([statefulSet({ replicas: 2 }), db(0), db(1), selecting({ matchLabels: { [POD_NAME]: 'x' } })]),
    ).toEqual(['Pod/db-0', 'Pod/db-1']);
  });

  test.each(['job-name', 'batch.kubernetes.io/job-name'])('name the Job: %s', (key) => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: meta('load'), spec: { template } };
    const [workload] = manifestsOf([job, selecting({ matchLabels: { [key]: 'load' } })]).workloads;
    expect(workload?.labels).toEqual({ app: 'web', [key]: 'load' });
  });
});

describe('an inventory', () => {
  test('is left aside where the manifests have the pods', () => {
    const component = { namespace: 'shop', name: 'web', labels: { app: 'web' } };
    const inventory = { schemaVersion: 1, dialect: 'kubernetes', namespaces: [], components: [component] } as const;
    const shaped = { ...inventory, namespaces: [], components: [component] };
    const { workloads } = manifestsOf([
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web'), spec: { template } },
    ]);
    expect(inventoryWorkloads([{ ...shaped, schemaVersion: 1 }], workloads)).toEqual([]);
    expect(inventoryWorkloads([shaped, shaped], [])).toMatchObject([{ kind: 'Component', name: 'web' }]);
  });
});

describe('namespaces', () => {
  test('that are only mentioned have their automatic label', () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: meta('a'),
      spec: {
        podSelector: {},
        egress: [
          { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'one' } } }] },
          {
            to: [
              {
                namespaceSelector: {
                  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['two'] }],
                },
              },
            ],
          },
        ],
      },
    };
    const cilium = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: meta('b'),
      spec: {
        endpointSelector: {},
        egress: [
          { toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'three' } }] },
          { toServices: [{ k8sService: { serviceName: 's', namespace: 'four' } }] },
        ],
      },
    };
    const declared = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'five', labels: { team: 'x' } } };
    const { namespaces } = manifestsOf([policy, cilium, declared]);
    expect(namespaces.map(({ name, labels }) => [name, labels])).toEqual(
      ['five', 'four', 'one', 'shop', 'three', 'two'].map((name) => [
        name,
        { ...(name === 'five' ? { team: 'x' } : {}), 'kubernetes.io/metadata.name': name },
      ]),
    );
  });
});
