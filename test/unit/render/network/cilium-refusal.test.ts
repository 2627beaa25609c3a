import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Edge, L7 } from '../../../../lib/model/edge';
import { ENTITIES, Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { ciliumRefusals } from '../../../../lib/render/network/cilium-refusal';
import { CILIUM_VERSIONS, type CiliumVersion } from '../../../../lib/render/network/cilium-version';
import { ciliumEdges, edge } from './model';

const pods = Peer.pods({ namespace: 'a', labels: { app: 'x' } });
const rules = (one: Edge, version: CiliumVersion = '1.19') => ciliumRefusals(one, version).map(({ rule }) => rule);
const refusedBy = (one: Edge) => CILIUM_VERSIONS.filter((version) => rules(one, version).length > 0);

describe('patterns of any depth', () => {
  test.each([
    ['**.example.com', ['1.18']],
    ['*.example.com', []],
    ['api.example.com', []],
  ])('%s is refused by %j', (host, versions) => {
    expect(refusedBy(edge('Egress', Peer.fqdn(host)))).toEqual(versions);
    expect(refusedBy(edge('Egress', pods, { ports: [Port.udp(53)], l7: { dns: [host] } }))).toEqual(versions);
  });

  test('are refused in words that say what they would silently mean', () => {
    const [refusal] = ciliumRefusals(edge('Egress', Peer.fqdn('**.example.com')), '1.18');
    expect(refusal).toEqual({
      rule: 'pattern-not-expressible',
      message: "Cilium 1.18 reads '**.example.com' as '*.example.com', which matches one label only",
      fix: 'name the hosts, or use Cilium 1.19 or newer',
    });
  });
});

describe('authentication', () => {
  const authenticated = (peer: Peer) => edge('Egress', peer, { authentication: 'required' });

  test('ends with Cilium 1.20', () => {
    expect(refusedBy(authenticated(pods))).toEqual(['1.21']);
    expect(ciliumRefusals(authenticated(pods), '1.21')[0]?.fix).toMatch(/mutual TLS.*WireGuard/);
  });

  test.each([
    ...ENTITIES.map(Peer.entity),
    Peer.fqdn('api.example.com'),
    Peer.cidr('203.0.113.0/24'),
    Peer.internet({ reason: 'browsing' }),
  ])('has no identity to ask for in %o', (peer) => {
    expect(rules(authenticated(peer))).toEqual(['authentication-without-identity']);
  });

  test('has none to ask for in a source either', () => {
    expect(rules(edge('Ingress', Peer.entity('host'), { authentication: 'required' }))).toEqual([
      'authentication-without-identity',
    ]);
  });

  test('works between pods and namespaces', () => {
    expect(rules(authenticated(pods))).toEqual([]);
    expect(rules(authenticated(Peer.namespace('a')))).toEqual([]);
  });
});

describe('names of ports', () => {
  const named = { ports: [Port.tcp(80), Port.tcpNamed('web')] };
  test.each([
    [pods, []],
    [Peer.namespace('a'), []],
    [Peer.entity('kube-apiserver'), ['named-port-outside']],
    [Peer.fqdn('api.example.com'), ['named-port-outside']],
    [Peer.cidr('203.0.113.0/24'), ['named-port-outside']],
  ])('at %o: %j', (peer, refused) => {
    expect(rules(edge('Egress', peer, named))).toEqual(refused);
  });

  test('are those of the server, not of the source', () => {
    expect(rules(edge('Ingress', Peer.cidr('203.0.113.0/24'), named))).toEqual([]);
  });
});

describe('L7 rules', () => {
  const http: L7 = { http: [{ method: 'GET' }] };
  const dns: L7 = { dns: ['api.example.com'] };
  test.each([
    [http, [Port.tcp(80), Port.tcpRange(8000, 8100), Port.tcpNamed('web')], []],
    [http, [Port.tcp(80), Port.udp(443)], ['l7-protocol']],
    [http, [Port.sctp(80)], ['l7-protocol']],
    [dns, [Port.tcp(53), Port.udp(53)], []],
    [dns, [Port.udpRange(53, 54)], ['l7-protocol']],
    [dns, [Port.sctp(53)], ['l7-protocol']],
  ])('%j on %j: %j', (l7, ports, refused) => {
    expect(rules(edge('Egress', pods, { l7, ports }))).toEqual(refused);
  });
});

describe('labels that Cilium does not match pods by', () => {
  const zoned = Peer.pods({ namespace: 'a', labels: { app: 'x', 'topology.kubernetes.io/zone': 'b' } });
  test.each(['Ingress', 'Egress'] as const)('are refused on %s', (direction) => {
    const [refusal] = ciliumRefusals(edge(direction, zoned), '1.19');
    expect(refusal?.rule).toBe('label-not-matched');
    expect(refusal?.message).toContain("'topology.kubernetes.io/zone'");
  });

  test('do not keep others from being used', () => {
    const named = Peer.pods({
      namespace: 'a',
      labels: { 'app.kubernetes.io/name': 'x', 'batch.kubernetes.io/job-name': 'y' },
    });
    expect(rules(edge('Egress', named))).toEqual([]);
  });
});

test('what the renderer is tested with is refused by no current version', () => {
  fc.assert(fc.property(ciliumEdges('Egress'), (one) => rules(one, '1.20').length === 0));
});

test('every refusal names a way out', () => {
  const one = edge('Egress', Peer.fqdn('**.example.com'), {
    ports: [Port.tcpNamed('web'), Port.udp(80)],
    l7: { http: [{ method: 'GET' }] },
    authentication: 'required',
  });
  const refusals = ciliumRefusals(one, '1.18');
  expect(refusals.map(({ rule }) => rule)).toEqual([
    'pattern-not-expressible',
    'authentication-without-identity',
    'named-port-outside',
    'l7-protocol',
  ]);
  for (const { fix } of refusals) expect(fix.length).toBeGreaterThan(10);
});
