import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../lib/analysis/analysis';
import { manifestsOf } from '../../../../lib/analysis/load/load';

function policy(namespace: string, spec: object, name = 'p') {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

const web = {
  podSelector: { matchLabels: { app: 'web' } },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [
    {
      from: [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'edge'] }] } }],
      ports: [{ port: 'http' }],
    },
  ],
};

const pods = (objects: readonly object[]) =>
  analyse(manifestsOf(objects)).manifests.workloads.map(({ namespace, name, labels }) => [
    `${namespace}/${name}`,
    labels,
  ]);

describe('where the manifests hold no pods', () => {
  test('there is one for each selector, and strangers', () => {
    expect(pods([policy('shop', web)])).toEqual([
      ['shop/web', { app: 'web' }],
      ['shop/front', { tier: 'front' }],
      ['shop/stranger', {}],
      ['foreign-namespace/stranger', {}],
    ]);
  });

  test('selectors of namespaces are met in each namespace that has the labels', () => {
    const from = [
      { namespaceSelector: { matchLabels: { team: 'a' } }, podSelector: { matchLabels: { app: 'scraper' } } },
    ];
    const named = (name: string, labels: object) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
    const found = pods([
      policy('shop', { podSelector: {}, ingress: [{ from }] }),
      ...['one', 'two'].map((name) => named(name, { team: 'a' })),
      named('three', { team: 'b' }),
    ]);
    expect(found.map(([name]) => name).filter((name) => String(name).endsWith('scraper'))).toEqual([
      'one/scraper',
      'two/scraper',
    ]);
  });

  test('a namespace is imagined for labels that none has', () => {
    const from = [
      { namespaceSelector: { matchLabels: { team: 'a' } }, podSelector: { matchLabels: { app: 'scraper' } } },
      { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] } },
    ];
    expect(pods([policy('shop', { podSelector: {}, ingress: [{ from }] })]).map(([name]) => name)).toEqual([
      'namespace-a/scraper',
      'shop/stranger',
      'namespace-a/stranger',
      'foreign-namespace/stranger',
    ]);
  });

  const clusterwide = (spec: object) => {
    return { apiVersion: 'cilium.io/v2', kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'p' }, spec };
  };

  test('whom a policy of the cluster is for is in a foreign namespace, if there is no other', () => {
    const spec = { endpointSelector: { matchLabels: { app: 'web' } }, ingress: [{}] };
    expect(pods([clusterwide(spec)]).map(([name]) => name)).toEqual([
      'foreign-namespace/web',
      'foreign-namespace/stranger',
    ]);
    expect(pods([clusterwide(spec), policy('shop', web)]).map(([name]) => name)).not.toContain('foreign-namespace/web');
  });

  test('a selector of clusters may mean this one', () => {
    const cluster = { 'io.cilium.k8s.policy.cluster': 'north' };
    const found = pods([
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumNetworkPolicy',
        metadata: { name: 'p', namespace: 'shop' },
        spec: {
          endpointSelector: { matchLabels: { app: 'web', ...cluster } },
          ingress: [{ fromEndpoints: [{ matchLabels: { app: 'client', ...cluster } }] }],
        },
      },
    ]);
    expect(found.map(([name]) => name)).toEqual([
      ...['shop/web', 'shop/client', 'shop/stranger', 'foreign-namespace/stranger'],
    ]);
  });

  test('labels that must be missing are', () => {
    const expressions = [
      { key: 'a', operator: 'Exists' },
      { key: 'b', operator: 'DoesNotExist' },
      { key: 'c', operator: 'NotIn', values: ['x'] },
    ];
    expect(pods([policy('shop', { podSelector: { matchExpressions: expressions } })])[0]).toEqual([
      'shop/any',
      { a: 'any' },
    ]);
  });

  test('nobody meets a selector that contradicts itself', () => {
    const podSelector = { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] };
    expect(pods([policy('shop', { podSelector })]).map(([name]) => name)).toEqual([
      ...['shop/stranger', 'foreign-namespace/stranger'],
    ]);
  });

  test('exposure of pods that do not exist yet shows', () => {
    const { graph, universe, manifests } = analyse(manifestsOf([policy('shop', web)]));
    const end = (name: string) =>
      universe.endOf(
        manifests.workloads.find((workload) => `${workload.namespace}/${workload.name}` === name) as never,
      ) as number;
    const segments = (from: string, to: string) => graph.between(end(from), end(to)).segments;
    expect(segments('shop/front', 'shop/web')).toMatchObject([{ protocol: 'TCP', first: 31_000, last: 31_000 }]);
    expect(segments('foreign-namespace/stranger', 'shop/web')).toEqual([]);
    expect(segments('foreign-namespace/stranger', 'shop/stranger')).toHaveLength(3);
    expect(segments('shop/web', 'shop/front')).toEqual([]);
  });
});

test('where there are pods, none are imagined', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'shop' }, spec: {} };
  expect(pods([pod, policy('shop', web)])).toEqual([['shop/a', {}]]);
});
