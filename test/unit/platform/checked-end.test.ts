import { describe, expect, test } from 'vitest';
import type { DnsName, EdgeEnd } from '../../../lib/model/edge';
import { ENTITIES, Peer } from '../../../lib/model/peer';
import { checkedEnd, checkedPeer } from '../../../lib/platform/checked-end';

const end = (over: Partial<EdgeEnd> = {}): EdgeEnd => ({
  peer: Peer.namespace('a'),
  title: 'a',
  managed: false,
  ...over,
});

test.each([
  Peer.pods({ namespace: 'a', labels: { app: 'x' } }),
  Peer.namespace('a'),
  ...ENTITIES.map(Peer.entity),
  Peer.fqdn('api.example.com'),
  Peer.fqdn('**.example.com'),
  Peer.fqdn('xn--bcher-kva.example.com', { displays: 'bücher.example.com' }),
  Peer.cidr('203.0.113.0/24', { except: ['203.0.113.128/25'] }),
  Peer.cidr('fd00::/16'),
  Peer.internet({ reason: 'browsing' }),
])('what a factory made is left as it is: %o', (peer) => {
  expect(checkedPeer(peer)).toEqual(peer);
});

test('a host is written the one way', () => {
  expect(checkedPeer({ kind: 'fqdn', host: 'API.Example.com.' })).toEqual(Peer.fqdn('api.example.com'));
});

test('an end cannot be changed through what it was made of', () => {
  const labels: Record<string, string> = { app: 'x' };
  const given = end({ peer: { kind: 'pods', namespace: 'a', labels } });
  const checked = checkedEnd(given);
  labels.app = 'y';
  expect(checked.peer).toEqual(Peer.pods({ namespace: 'a', labels: { app: 'x' } }));
  expect(Object.isFrozen(checked)).toBe(true);
});

describe('a name that clients look up', () => {
  test.each<DnsName>([
    { kind: 'service', service: 'vault', namespace: 'secrets' },
    { kind: 'pods', service: 'nats', namespace: 'bus' },
    { kind: 'host', host: 'api.example.com' },
    { kind: 'host', host: '*.example.com' },
  ])('may be %o', (name) => {
    expect(checkedEnd(end({ name })).name).toEqual(name);
  });

  test.each<readonly [DnsName, RegExp]>([
    [{ kind: 'service', service: '*', namespace: 'secrets' }, /Service name '\*' is not a DNS label/],
    [{ kind: 'service', service: 'a.b', namespace: 'secrets' }, /not a DNS label/],
    [{ kind: 'pods', service: 'nats', namespace: '*' }, /namespace '\*' is not a DNS label/],
    [{ kind: 'host', host: '*' }, /every host/],
    [{ kind: 'host', host: '**.com' }, /public suffix/],
  ])('may not be %o: it would open DNS', (name, message) => {
    expect(() => checkedEnd(end({ name }))).toThrow(message);
  });
});
