import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectChanges } from '../../../../lib/governance/rollout/object-changes';
import type { KubeObject } from '../../../../lib/kube/object';

const policy = (name: string, spec: object, namespace?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Policy',
  metadata: namespace === undefined ? { name } : { name, namespace },
  spec,
});

test('what came, what went and what differs is told, with where it differs', () => {
  const before = [
    policy('a', { x: 1 }),
    policy('b', { deny: { in: true }, list: [1], same: 1 }, 'ns'),
    policy('c', {}),
  ];
  const after = [
    policy('c', {}),
    policy('b', { deny: { in: false }, list: [1, 2], more: 1, same: 1 }, 'ns'),
    policy('d', {}),
  ];
  expect(objectChanges(before, after)).toEqual([
    { change: 'removed', object: 'Policy a', paths: [] },
    { change: 'added', object: 'Policy d', paths: [] },
    { change: 'changed', object: 'Policy ns/b', paths: ['spec.deny.in', 'spec.list', 'spec.more'] },
  ]);
});

test('the order of keys and of objects is no change', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
      const turned = Object.fromEntries(Object.entries(spec).reverse());
      expect(objectChanges([policy('a', spec), policy('b', {})], [policy('b', {}), policy('a', turned)])).toEqual([]);
    }),
  );
});

test('a change deep down is one of what it is in', () => {
  const deep = (value: number) => policy('a', { b: { c: { d: { e: value } } } });
  expect(objectChanges([deep(1)], [deep(2)])[0]?.paths).toEqual(['spec.b.c']);
});
