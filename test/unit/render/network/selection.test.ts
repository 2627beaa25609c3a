import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NamespacePeer, Peer, type PodsPeer } from '../../../../lib/model/peer';
import { ciliumSelector, deniedPods, joinPods, kubernetesPeer } from '../../../../lib/render/network/selection';
import { type Pod, selects } from './evaluate';
import { fars, inClusterPeers } from './model';

const agent = (namespace: string, labels: Record<string, string> = {}) =>
  Peer.pods({ namespace, labels: { app: 'agent', ...labels } });

interface Joining {
  readonly name: string;
  readonly peers: readonly (PodsPeer | NamespacePeer)[];
  readonly joined: ReturnType<typeof joinPods>;
}

describe('joining pods', () => {
  test.each<Joining>([
    {
      name: 'the same labels in many namespaces',
      peers: [agent('b'), agent('a'), agent('c')],
      joined: [{ namespaces: ['a', 'b', 'c'], labels: { app: ['agent'] } }],
    },
    {
      name: 'one label that differs',
      peers: [agent('a', { workspace: 'two' }), agent('a', { workspace: 'one' })],
      joined: [{ namespaces: ['a'], labels: { app: ['agent'], workspace: ['one', 'two'] } }],
    },
    {
      name: 'a full product of namespaces and labels',
      peers: ['a', 'b'].flatMap((namespace) => ['x', 'y'].map((tier) => agent(namespace, { tier }))),
      joined: [{ namespaces: ['a', 'b'], labels: { app: ['agent'], tier: ['x', 'y'] } }],
    },
    {
      name: 'nothing that differs in two places, since the product would select more',
      peers: [agent('a', { tier: 'x' }), agent('b', { tier: 'y' })],
      joined: [
        { namespaces: ['a'], labels: { app: ['agent'], tier: ['x'] } },
        { namespaces: ['b'], labels: { app: ['agent'], tier: ['y'] } },
      ],
    },
    {
      name: 'nothing that only one of them says',
      peers: [agent('a'), agent('a', { tier: 'x' })],
      joined: [
        { namespaces: ['a'], labels: { app: ['agent'], tier: ['x'] } },
        { namespaces: ['a'], labels: { app: ['agent'] } },
      ],
    },
    {
      name: 'whole namespaces, but not with pods',
      peers: [Peer.namespace('b'), Peer.namespace('a'), agent('a')],
      joined: [
        { namespaces: ['a', 'b'], labels: {} },
        { namespaces: ['a'], labels: { app: ['agent'] } },
      ],
    },
    {
      name: 'the same pods twice',
      peers: [agent('a'), agent('a')],
      joined: [{ namespaces: ['a'], labels: { app: ['agent'] } }],
    },
    {
      name: 'labels whose keys every JavaScript object seems to have',
      peers: [agent('a'), agent('a', { constructor: 'x' }), agent('a', { constructor: 'y' })],
      joined: [
        { namespaces: ['a'], labels: { app: ['agent'], constructor: ['x', 'y'] } },
        { namespaces: ['a'], labels: { app: ['agent'] } },
      ],
    },
    { name: 'nothing at all', peers: [], joined: [] },
  ])('joins $name', ({ peers, joined }) => {
    expect(joinPods(peers)).toEqual(joined);
  });

  test('selects exactly the union of its inputs, in both dialects', () => {
    fc.assert(
      fc.property(fc.array(inClusterPeers, { minLength: 1, maxLength: 8 }), fc.array(fars), (peers, around) => {
        const joined = joinPods(peers);
        for (const far of around) {
          if (!('pod' in far)) continue;
          const { pod } = far;
          const wanted = peers.some(
            (peer) =>
              peer.namespace === pod.namespace &&
              (peer.kind === 'namespace' || selects({ matchLabels: peer.labels }, pod.labels)),
          );
          expect([pod, joined.some((selection) => byCilium(selection, pod))]).toEqual([pod, wanted]);
          expect([pod, joined.some((selection) => byKubernetes(selection, pod))]).toEqual([pod, wanted]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('does not depend on the order of its inputs', () => {
    fc.assert(
      fc.property(fc.array(inClusterPeers, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (peers, order) => {
        expect(JSON.stringify(joinPods(shuffled(peers, order)))).toBe(JSON.stringify(joinPods(peers)));
      }),
    );
  });

  test('gives ten thousand workspaces one selection', () => {
    const workspaces = Array.from({ length: 10_000 }, (_, index) => index);
    expect(joinPods(workspaces.map((index) => agent(`ws-${index}`)))).toHaveLength(1);
    expect(joinPods(workspaces.map((index) => agent('shared', { workspace: `ws-${index}` })))).toHaveLength(1);
  });
});

function byCilium(selection: ReturnType<typeof joinPods>[number], { namespace, labels }: Pod): boolean {
  return selects(ciliumSelector(selection), { ...labels, 'io.kubernetes.pod.namespace': namespace });
}

function byKubernetes(selection: ReturnType<typeof joinPods>[number], { namespace, labels }: Pod): boolean {
  const { namespaceSelector, podSelector } = kubernetesPeer(selection);
  // Without a namespaceSelector the peer would mean the policy's own namespace.
  if (namespaceSelector === undefined) return false;
  return selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace }) && selects(podSelector ?? {}, labels);
}

function shuffled<T>(items: readonly T[], order: Iterator<number>): readonly T[] {
  return items
    .map((item) => ({ item, rank: order.next().value as number }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

describe('the selectors of a selection', () => {
  const [one] = joinPods([agent('a')]);
  const [many] = joinPods([agent('a'), agent('b')]);
  const [whole] = joinPods([Peer.namespace('a')]);

  test.each([
    { selection: one, selector: { matchLabels: { 'io.kubernetes.pod.namespace': 'a', app: 'agent' } } },
    {
      selection: many,
      selector: {
        matchLabels: { app: 'agent' },
        matchExpressions: [{ key: 'io.kubernetes.pod.namespace', operator: 'In', values: ['a', 'b'] }],
      },
    },
    { selection: whole, selector: { matchLabels: { 'io.kubernetes.pod.namespace': 'a' } } },
  ])('name the namespace for Cilium', ({ selection, selector }) => {
    expect(ciliumSelector(selection as NonNullable<typeof selection>)).toEqual(selector);
  });

  test.each([
    {
      selection: one,
      peer: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'a' } },
        podSelector: { matchLabels: { app: 'agent' } },
      },
    },
    {
      selection: many,
      peer: {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['a', 'b'] }],
        },
        podSelector: { matchLabels: { app: 'agent' } },
      },
    },
    { selection: whole, peer: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'a' } } } },
  ])('name the namespace for Kubernetes', ({ selection, peer }) => {
    expect(kubernetesPeer(selection as NonNullable<typeof selection>)).toEqual(peer);
  });

  test('let no label of the pods stand in for the namespace', () => {
    const selection = { namespaces: ['a'], labels: { 'io.kubernetes.pod.namespace': ['kube-system'], app: ['x'] } };
    expect(ciliumSelector(selection)).toEqual({ matchLabels: { 'io.kubernetes.pod.namespace': 'a', app: 'x' } });
  });
});

describe('the pods that a default deny is for', () => {
  test('are all pods of the namespace', () => {
    expect(deniedPods({ stage: 'enforce', except: [] })).toEqual({});
  });

  const except = [
    { label: 'workspace', values: ['two', 'one', 'two'] },
    { label: 'app', values: ['watched'] },
  ];
  const selector = deniedPods({ stage: 'enforce', except });

  test.each([
    { labels: {}, denied: true },
    { labels: { workspace: 'three' }, denied: true },
    { labels: { workspace: 'one' }, denied: false },
    { labels: { workspace: 'two', app: 'x' }, denied: false },
    { labels: { app: 'watched' }, denied: false },
    { labels: { app: 'watched', workspace: 'three' }, denied: false },
  ])('with labels $labels: $denied', ({ labels, denied }) => {
    expect(selects(selector, labels)).toBe(denied);
  });

  test('are written the same way in whatever order they are left out', () => {
    const turned = deniedPods({ stage: 'enforce', except: [...except].reverse() });
    expect(JSON.stringify(turned)).toBe(JSON.stringify(selector));
    expect(selector.matchExpressions).toEqual([
      { key: 'app', operator: 'NotIn', values: ['watched'] },
      { key: 'workspace', operator: 'NotIn', values: ['one', 'two'] },
    ]);
  });
});
