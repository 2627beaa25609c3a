import { expect, test } from 'vitest';
import { inReadingOrder, withKeysInFront } from '../../../lib/synth/key-order';

const keysOf = (value: unknown) => Object.keys(value as object);

test('what identifies an object comes first, the rest stays in order', () => {
  const ordered = inReadingOrder({
    spec: { z: 1, a: 2 },
    metadata: { annotations: {}, finalizers: [], namespace: 'n', name: 'x', labels: {} },
    kind: 'K',
    data: {},
    apiVersion: 'v1',
  });
  expect(keysOf(ordered)).toEqual(['apiVersion', 'kind', 'metadata', 'spec', 'data']);
  expect(keysOf(ordered.metadata)).toEqual(['name', 'namespace', 'labels', 'annotations', 'finalizers']);
  expect(keysOf(ordered.spec)).toEqual(['z', 'a']);
});

test('nothing is added, lost or changed', () => {
  const object = { kind: 'K', metadata: { name: 'x', generation: 1 }, spec: { a: [1] } };
  expect(inReadingOrder(object)).toStrictEqual(object);
  expect(inReadingOrder({ spec: 1 })).toStrictEqual({ spec: 1 });
});

test('metadata that is no map stays as it is', () => {
  expect(inReadingOrder({ metadata: null, kind: 'K' })).toStrictEqual({ kind: 'K', metadata: null });
});

test('keys in front keep the order given, absent ones stay absent', () => {
  expect(Object.entries(withKeysInFront({ a: 1, b: 2, c: 3 }, ['c', 'x', 'b']))).toEqual([
    ['c', 3],
    ['b', 2],
    ['a', 1],
  ]);
});
