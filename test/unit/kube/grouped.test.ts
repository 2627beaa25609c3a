import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grouped } from '../../../lib/kube/grouped';

test('items stand with those of their key, keys and items in the order of the list', () => {
  const groups = grouped(['web', 'api', 'worker', 'agent', ''], (word) => word[0]);
  expect([...groups]).toEqual([
    ['w', ['web', 'worker']],
    ['a', ['api', 'agent']],
    [undefined, ['']],
  ]);
});

test('nothing is lost, and nothing stands twice', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), (numbers) => {
      const groups = grouped(numbers.entries(), ([, number]) => number % 3);
      const indices = [...groups.values()].flat().map(([index]) => index);
      expect(indices.sort((a, b) => a - b)).toEqual([...numbers.keys()]);
      for (const [key, items] of groups) for (const [, number] of items) expect(number % 3).toBe(key);
    }),
  );
});
