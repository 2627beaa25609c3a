import { describe, expect, test } from 'vitest';
import { formatPeer, interestOf, parsePeer } from '../../../../lib/analysis/answer/peer';

test.each([
  ['shop/cart', { kind: 'workload', namespace: 'shop', name: 'cart' }],
  ['shop/cart.v2', { kind: 'workload', namespace: 'shop', name: 'cart.v2' }],
  ['10/8', { kind: 'workload', namespace: '10', name: '8' }],
  ['shop/cart[Deployment]', { kind: 'workload', namespace: 'shop', name: 'cart', workload: 'Deployment' }],
  ['shop/cart[statefulset]', { kind: 'workload', namespace: 'shop', name: 'cart', workload: 'StatefulSet' }],
  ['shop/', { kind: 'namespace', namespace: 'shop' }],
  [' shop ', { kind: 'namespace', namespace: 'shop' }],
  ['host/', { kind: 'namespace', namespace: 'host' }],
  ['host', { kind: 'entity', entity: 'host' }],
  ['world', { kind: 'entity', entity: 'world' }],
  ['kube-apiserver', { kind: 'entity', entity: 'kube-apiserver' }],
  ['remote-node', { kind: 'entity', entity: 'remote-node' }],
  ['10.0.0.1', { kind: 'addresses', cidr: '10.0.0.1' }],
  ['10.0.0.0/8', { kind: 'addresses', cidr: '10.0.0.0/8' }],
  ['fd00::1', { kind: 'addresses', cidr: 'fd00::1' }],
  ['::/0', { kind: 'addresses', cidr: '::/0' }],
  ['api.example.com', { kind: 'name', name: 'api.example.com' }],
  ['API.Example.com.', { kind: 'name', name: 'api.example.com' }],
  ['*.example.com', { kind: 'name', name: '*.example.com' }],
])('%s is read', (text, expected) => {
  expect(parsePeer(text)).toEqual(expected);
});

test.each(['shop/cart[Deployment]', 'shop/cart', 'shop/', '10.0.0.0/8', 'api.example.com', 'world'])(
  '%s is written as it is read',
  (text) => {
    expect(formatPeer(parsePeer(text))).toBe(text);
  },
);

describe('what is refused', () => {
  test.each([
    ['', /names no end; write namespace\/name/],
    ['/', /names no end/],
    ['/cart', /names no end/],
    ['Shop/cart', /names no end/],
    ['shop/cart/x', /names no end/],
    ['shop/cart[', /names no end/],
    ['-shop', /names no end/],
    ['shop/cart[Deploymnt]', /no kind of workload; did you mean 'Deployment'\?/],
    ['10.0.0.0/33', /no address and no CIDR; write 10\.0\.0\.1/],
    ['10.0.0', /no address/],
    ['300.1.2.3', /no address/],
    ['fd00::/129', /no address/],
    ['a\u202eb', /'a\\u\{202e\}b' names no end/],
  ])('%j', (text, message) => {
    expect(() => parsePeer(text)).toThrow(message);
  });
});

test('addresses and names are what an analysis has to be told about', () => {
  const peers = ['10.0.0.0/8', 'api.example.com', 'shop/cart'].map(parsePeer);
  expect(interestOf(...peers, undefined)).toEqual({ addresses: ['10.0.0.0/8'], names: ['api.example.com'] });
});
