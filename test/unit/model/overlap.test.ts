import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cidrsOverlap } from '../../../lib/model/cidr';
import { peersOverlap, portsOverlap } from '../../../lib/model/overlap';
import { ENTITIES, Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { numericRange } from './addresses';

const pods = (labels: Record<string, string>, namespace = 'a') => Peer.pods({ namespace, labels });
const internet = Peer.internet({ reason: 'a web crawler' });

describe('peersOverlap', () => {
  test.each([
    ['equal labels', pods({ app: 'x' }), pods({ app: 'x' }), true],
    ['labels that one pod may carry together', pods({ app: 'x' }), pods({ tier: 'y' }), true],
    ['labels that no pod carries together', pods({ app: 'x' }), pods({ app: 'y' }), false],
    ['other namespaces', pods({ app: 'x' }), pods({ app: 'x' }, 'b'), false],
    ['a namespace and its pods', Peer.namespace('a'), pods({ app: 'x' }), true],
    ['a namespace and others', Peer.namespace('b'), pods({ app: 'x' }), false],
    ['the cluster and its pods', Peer.entity('cluster'), pods({ app: 'x' }), true],
    ['the cluster and its nodes', Peer.entity('cluster'), Peer.entity('host'), true],
    ['nodes and pods', Peer.entity('host'), pods({ app: 'x' }), false],
    ['one host', Peer.fqdn('api.example.com'), Peer.fqdn('API.example.com.'), true],
    ['a host and a pattern over it', Peer.fqdn('api.example.com'), Peer.fqdn('*.example.com'), true],
    ['a host and addresses', Peer.fqdn('api.example.com'), Peer.cidr('203.0.113.0/24'), true],
    ['a range and one inside', Peer.cidr('203.0.113.0/24'), Peer.cidr('203.0.113.7/32'), true],
    ['ranges side by side', Peer.cidr('203.0.113.0/25'), Peer.cidr('203.0.113.128/25'), false],
    ['addresses and the internet', Peer.cidr('203.0.113.0/24'), internet, true],
    ['a host and the internet', Peer.fqdn('api.example.com'), internet, true],
  ])('%s', (_, one, other, overlap) => {
    expect(peersOverlap(one, other)).toBe(overlap);
    expect(peersOverlap(other, one)).toBe(overlap);
  });

  test('a peer overlaps itself', () => {
    const peers = [
      pods({ app: 'x' }),
      Peer.namespace('a'),
      Peer.fqdn('*.example.com'),
      Peer.cidr('10.0.0.0/8'),
      internet,
    ];
    for (const peer of [...peers, ...ENTITIES.map(Peer.entity)]) expect(peersOverlap(peer, peer)).toBe(true);
  });
});

test('cidrsOverlap agrees with counting', () => {
  const cidr = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 8, max: 12 }), fc.constantFrom('10.%.0.0', 'fd00:%::'))
    .map(([part, prefix, text]) => `${text.replace('%', String(part * 16))}/${prefix}`);
  fc.assert(
    fc.property(cidr, cidr, (one, other) => {
      const [a, b] = [numericRange(one), numericRange(other)];
      expect(cidrsOverlap(one, other)).toBe(a.family === b.family && a.first <= b.last && b.first <= a.last);
    }),
  );
});

describe('portsOverlap', () => {
  test.each([
    [[Port.tcp(443)], [Port.tcp(443)], true],
    [[Port.tcp(443)], [Port.udp(443)], false],
    [[Port.tcp(80)], [Port.tcp(443)], false],
    [[Port.tcp(80), Port.tcp(443)], [Port.tcp(443)], true],
    [[Port.tcpRange(400, 500)], [Port.tcp(443)], true],
    [[Port.tcpRange(400, 500)], [Port.tcpRange(500, 600)], true],
    [[Port.tcpRange(400, 500)], [Port.tcpRange(501, 600)], false],
    // What a name stands for is in the pod's specification.
    [[Port.tcpNamed('https')], [Port.tcp(443)], true],
    [[Port.tcpNamed('https')], [Port.tcpNamed('https')], true],
    [[Port.tcpNamed('https')], [Port.udp(443)], false],
    [[], [Port.tcp(443)], false],
  ])('%j and %j: %j', (one, other, overlap) => {
    expect(portsOverlap(one, other)).toBe(overlap);
    expect(portsOverlap(other, one)).toBe(overlap);
  });
});
