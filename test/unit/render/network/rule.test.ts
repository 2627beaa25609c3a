import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Edge } from '../../../../lib/model/edge';
import { Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { describeRule, joinEdges, l7Direction, namesOf } from '../../../../lib/render/network/rule';
import { ciliumEdges, type EdgeParts, edge } from './model';

const pods = (namespace: string) => Peer.pods({ namespace, labels: { app: 'x' } });
const http = { http: [{ method: 'GET' }] };

describe('joining edges', () => {
  test('makes one rule of edges that differ in the peer alone', () => {
    const rules = joinEdges([edge('Egress', pods('b')), edge('Egress', pods('a'))], 'Egress');
    expect(rules.map(({ ends }) => ends.map((end) => end.title))).toEqual([['a/{app=x}', 'b/{app=x}']]);
  });

  const other: Record<string, EdgeParts> = {
    ports: { ports: [Port.tcp(80)] },
    purpose: { purpose: 'another reason' },
    'L7 rules': { l7: http },
    authentication: { authentication: 'required' },
  };
  test.each(Object.entries(other))('keeps edges apart that differ in %s', (_, parts) => {
    expect(joinEdges([edge('Egress', pods('a')), edge('Egress', pods('b'), parts)], 'Egress')).toHaveLength(2);
  });

  test('keeps kinds of peers apart, which Cilium does not let share a rule', () => {
    const peers = [
      pods('a'),
      Peer.namespace('a'),
      Peer.entity('host'),
      Peer.fqdn('a.com'),
      Peer.cidr('203.0.113.0/24'),
    ];
    expect(
      joinEdges(
        peers.map((peer) => edge('Egress', peer)),
        'Egress',
      ),
    ).toHaveLength(5);
  });

  test('names a peer once, and by the same title in whatever order it got two', () => {
    const named = (title: string) => edge('Egress', Peer.fqdn('api.example.com'), { title });
    for (const edges of [
      [named('one'), named('two')],
      [named('two'), named('one')],
    ]) {
      const [rule] = joinEdges(edges, 'Egress');
      expect(rule?.ends.map(({ title }) => title)).toEqual(['one']);
    }
  });

  test('does not depend on the order of the edges', () => {
    fc.assert(
      fc.property(fc.array(ciliumEdges('Egress'), { maxLength: 8 }), (edges) => {
        const turned = [...edges].reverse();
        expect(JSON.stringify(joinEdges(turned, 'Egress'))).toBe(JSON.stringify(joinEdges(edges, 'Egress')));
      }),
    );
  });

  test('keeps every end and every port of every edge', () => {
    fc.assert(
      fc.property(fc.array(ciliumEdges('Egress'), { maxLength: 8 }), (edges) => {
        const rules = joinEdges(edges, 'Egress');
        const kept = (one: Edge) =>
          rules.some(
            (rule) =>
              rule.purpose === one.purpose &&
              JSON.stringify(rule.ports) === JSON.stringify(one.ports) &&
              rule.ends.some(({ peer }) => JSON.stringify(peer) === JSON.stringify(one.to.peer)),
          );
        expect(edges.filter((one) => !kept(one))).toEqual([]);
      }),
    );
  });
});

describe('requests are looked at', () => {
  const dns = { dns: ['api.example.com'] };
  test.each([
    {
      at: 'the ingress of a managed server',
      one: edge('Egress', pods('a'), { l7: http, managed: true }),
      want: 'Ingress',
    },
    { at: 'the egress to any other server', one: edge('Egress', pods('a'), { l7: http }), want: 'Egress' },
    { at: 'the ingress of the component itself', one: edge('Ingress', pods('a'), { l7: http }), want: 'Ingress' },
    { at: 'the egress for names', one: edge('Egress', pods('a'), { l7: dns, managed: true }), want: 'Egress' },
    { at: 'nowhere if none are listed', one: edge('Egress', pods('a')), want: undefined },
  ])('at $at', ({ one, want }) => {
    expect(l7Direction(one)).toBe(want);
    for (const direction of ['Ingress', 'Egress'] as const) {
      expect(joinEdges([one], direction)[0]?.l7).toEqual(direction === want ? one.l7 : undefined);
    }
  });
});

describe('the names that edges need', () => {
  const service = (name: string, namespace: string) => ({ kind: 'service', service: name, namespace }) as const;
  const headless = (name: string, namespace: string) => ({ kind: 'pods', service: name, namespace }) as const;

  test('are the servers’ names, each once and sorted', () => {
    const edges = [
      edge('Egress', Peer.fqdn('b.example.com')),
      edge('Egress', pods('vault'), { name: service('vault', 'vault') }),
      edge('Egress', Peer.fqdn('a.example.com')),
      edge('Egress', Peer.fqdn('b.example.com'), { ports: [Port.tcp(80)] }),
      edge('Egress', pods('vault')),
      edge('Egress', Peer.cidr('203.0.113.0/24')),
    ];
    const names = [
      { kind: 'host', host: 'a.example.com' },
      { kind: 'host', host: 'b.example.com' },
      service('vault', 'vault'),
    ];
    expect(namesOf(edges)).toEqual(names);
    expect(namesOf([...edges].reverse())).toEqual(names);
  });

  test('tell a Service, a headless Service and a host apart that read alike', () => {
    const edges = [
      edge('Egress', pods('b'), { name: service('a', 'com') }),
      edge('Egress', pods('b'), { name: headless('a', 'com') }),
      edge('Egress', Peer.fqdn('a.com')),
    ];
    expect(namesOf(edges)).toHaveLength(3);
  });
});

describe('a rule for people', () => {
  const ends = (count: number) =>
    Array.from({ length: count }, (_, index) => edge('Egress', pods(`n${index}`), { title: `peer ${count - index}` }));
  const described = (edges: readonly Edge[]) => joinEdges(edges, 'Egress').map(describeRule);

  test.each([
    { edges: ends(1), text: 'peer 1: TCP 443 (a reason)' },
    { edges: ends(3), text: 'peer 1, peer 2, peer 3: TCP 443 (a reason)' },
    { edges: ends(4), text: '4 peers: TCP 443 (a reason)' },
    {
      edges: [
        edge('Egress', pods('a'), {
          title: 'vault',
          ports: [Port.tcp(80), Port.udpRange(30, 40)],
          authentication: 'required',
        }),
      ],
      text: 'vault: TCP 80; UDP 30-40, authenticated (a reason)',
    },
    {
      edges: [edge('Egress', pods('a'), { title: 'a\n2. vault\u0007' })],
      text: 'a 2. vault\\u{7}: TCP 443 (a reason)',
    },
  ])('reads $text', ({ edges, text }) => {
    expect(described(edges)).toEqual([text]);
  });
});
