import { describe, expect, test } from 'vitest';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { Component } from '../../../lib/platform/component';
import { Service } from '../../../lib/platform/service';
import { Workspace } from '../../../lib/platform/workspace';
import { cilium } from '../../../lib/render/network/cilium';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { findings, platform, rules } from './build';

const REASON = { purpose: 'p', ports: [Port.tcp(443)] };

function client(root = platform()) {
  return { root, client: new Service(root, 'client', { namespace: 'clients' }) };
}

describe('what the dialect refuses', () => {
  test.each([
    ['kubernetes', kubernetes(), ['fqdn-not-expressible']],
    ['cilium 1.18', cilium({ version: '1.18' }), ['pattern-not-expressible']],
    ['cilium 1.19', cilium({ version: '1.19' }), []],
  ])('is found at the construct that declared the edge: %s', (_, dialect, refused) => {
    const { root, client: service } = client(platform({ dialect }));
    service.allowTo(Peer.fqdn('**.example.com'), REASON);
    expect(findings(root).map(({ rule, where }) => [rule, where])).toEqual(
      refused.map((rule) => [rule, { construct: 'platform0/client' }]),
    );
  });

  test('names the edge and a way out', () => {
    const { root, client: service } = client(platform({ dialect: kubernetes() }));
    service.allowTo(Peer.fqdn('api.example.com'), REASON);
    expect(findings(root)[0]).toMatchObject({
      message: "client → api.example.com: a Kubernetes NetworkPolicy cannot name the host 'api.example.com'",
      fix: expect.stringContaining('cilium'),
    });
  });
});

describe('a dead end', () => {
  test.each<readonly [string, (root: ReturnType<typeof platform>) => Service | Peer]>([
    ['pods named by their labels', () => Peer.pods({ namespace: 'servers', labels: { app: 'x' } })],
    ['the whole namespace', () => Peer.namespace('servers')],
    ['a service that others manage', (root) => new Service(root, 'other', { namespace: 'servers', managed: false })],
  ])('in a namespace that is denied by default is found: %s', (_, target) => {
    const { root, client: service } = client();
    new Service(root, 'server', { namespace: 'servers' });
    service.allowTo(target(root), REASON);
    service.allowFrom(target(platform()), REASON);
    expect(rules(root).filter((rule) => rule !== 'error dead-end platform0/client')).toEqual([]);
    expect(findings(root)).toHaveLength(2);
  });

  test('at pods whose policy is ours, in a namespace that is not', () => {
    const { root, client: service } = client();
    new Component(root, 'ours', {
      title: 'ours',
      namespace: 'kube-system',
      selector: { app: 'x' },
      manageNamespace: false,
    });
    service.allowTo(Peer.pods({ namespace: 'kube-system', labels: { app: 'x', tier: 'y' } }), REASON);
    service.allowTo(Peer.pods({ namespace: 'kube-system', labels: { app: 'other' } }), REASON);
    service.allowTo(Peer.namespace('kube-system'), REASON);
    expect(findings(root).map(({ message }) => message)).toEqual([
      "client → kube-system/{app=x,tier=y}: the policy of 'ours' governs kube-system/{app=x,tier=y} too, and has no rule for this edge",
    ]);
  });

  test('is none where nobody denies by default', () => {
    const { root, client: service } = client(platform({ directions: ['Egress'] }));
    new Service(root, 'server', { namespace: 'servers' });
    service.allowTo(Peer.namespace('servers'), REASON);
    expect(rules(root)).toEqual(['warning egress-only platform0']);
  });

  test('is none in a namespace of others, or outside', () => {
    const { root, client: service } = client();
    for (const peer of [
      Peer.namespace('other'),
      Peer.entity('host'),
      Peer.fqdn('api.example.com'),
      Peer.cidr('203.0.113.0/24'),
    ]) {
      service.allowTo(peer, REASON);
    }
    expect(rules(root)).toEqual([]);
  });
});

test('an edge of which neither end is ours is found: nothing comes of it', () => {
  const root = platform();
  const [vault, temporal] = ['vault', 'temporal'].map((id) => new Service(root, id, { namespace: id, managed: false }));
  vault?.allowTo(temporal as Service, REASON);
  expect(rules(root)).toEqual(['error unrendered-edge platform0/vault']);
});

describe('requests that nobody would look at are found', () => {
  test('where a list of names would stand on ingress', () => {
    const root = platform();
    const resolver = new Service(root, 'resolver', { namespace: 'dns' });
    resolver.allowFrom(Peer.namespace('clients'), { purpose: 'p', ports: [Port.udp(53)], dns: ['api.example.com'] });
    expect(rules(root)).toEqual(['error dns-rule-on-ingress platform0/resolver']);
  });

  test.each([
    ['HTTP at the ingress of our server', ['Egress'], true, { ...REASON, http: [{ method: 'GET' }] }],
    ['HTTP at our egress to others', ['Ingress'], false, { ...REASON, http: [{ method: 'GET' }] }],
    ['names at our egress', ['Ingress'], true, { purpose: 'p', ports: [Port.udp(53)], dns: ['a.example.com'] }],
  ] as const)('where a platform leaves out the direction: %s', (_, directions, managed, options) => {
    const { root, client: service } = client(platform({ directions }));
    service.allowTo(new Service(root, 'server', { namespace: 'servers', managed }), options);
    expect(rules(root)).toEqual(['error l7-not-rendered platform0/client', 'warning egress-only platform0']);
  });

  test.each([
    ['HTTP at the ingress of our server', true],
    ['HTTP at our egress to others', false],
  ])('and not where it is rendered: %s', (_, managed) => {
    const { root, client: service } = client();
    service.allowTo(new Service(root, 'server', { namespace: 'servers', managed }), {
      ...REASON,
      http: [{ method: 'GET' }],
    });
    expect(rules(root)).toEqual([]);
  });
});

test.each([
  [40, cilium({ version: '1.18' }), []],
  [41, cilium({ version: '1.18' }), ['warning many-ports platform0/client']],
  // Nothing is split there.
  [41, kubernetes(), []],
] as const)('an edge on %d ports in %o: %j', (count, dialect, found) => {
  const { root, client: service } = client(platform({ dialect }));
  service.allowTo(Peer.namespace('a'), {
    purpose: 'p',
    ports: Array.from({ length: count }, (_, index) => Port.tcp(1000 + index)),
  });
  expect(rules(root)).toEqual(found);
});

test('every finding of every edge is there at once', () => {
  const root = platform({ dialect: kubernetes() });
  const { agents } = new Workspace(root, 'ws');
  agents.allowTo(Peer.fqdn('api.example.com'), REASON);
  agents.allowTo(Peer.entity('host'), { ...REASON, authentication: 'required' });
  expect(findings(root).map(({ rule }) => rule)).toEqual([
    'fqdn-not-expressible',
    'entity-not-expressible',
    'authentication-not-expressible',
  ]);
});
