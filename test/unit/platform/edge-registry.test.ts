import { expect, test } from 'vitest';
import { Peer } from '../../../lib/model/peer';
import { EdgeRegistry } from '../../../lib/platform/edge-registry';
import { edge } from '../render/network/model';

test('holds each edge once, in the order of declaration', () => {
  const registry = new EdgeRegistry();
  const [one, two] = [edge('Egress', Peer.namespace('b')), edge('Egress', Peer.namespace('a'))];
  for (const each of [one, one, two, two]) registry.add(each); // both ends note an edge
  expect(registry.all()).toEqual([one, two]);
});

test('holds two edges that say the same, since each was declared somewhere', () => {
  const registry = new EdgeRegistry();
  registry.add(edge('Egress', Peer.namespace('a')));
  registry.add(edge('Egress', Peer.namespace('a')));
  expect(registry.all()).toHaveLength(2);
});
