import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bits } from '../../../../lib/analysis/graph/bits';

const sets = fc.integer({ min: 1, max: 100 }).chain((size) => {
  const members = fc.uniqueArray(fc.nat(size - 1));
  return fc.record({ size: fc.constant(size), a: members, b: members });
});
const sorted = (items: Iterable<number>) => [...items].sort((x, y) => x - y);

test('does what sets do', () => {
  fc.assert(
    fc.property(sets, ({ size, a, b }) => {
      const [left, right] = [Bits.of(size, a), Bits.of(size, b)];
      expect(left.members()).toEqual(sorted(a));
      expect(left.count).toBe(a.length);
      expect(left.isEmpty).toBe(a.length === 0);
      expect(left.and(right).members()).toEqual(sorted(a.filter((item) => b.includes(item))));
      expect(left.or(right).members()).toEqual(sorted(new Set([...a, ...b])));
      expect(left.without(right).members()).toEqual(sorted(a.filter((item) => !b.includes(item))));
      expect(left.meets(right)).toBe(a.some((item) => b.includes(item)));
      expect(left.includes(right)).toBe(b.every((item) => a.includes(item)));
      expect(Bits.all(size).without(left).count).toBe(size - a.length);
      const seen: number[] = [];
      left.forEach((member) => {
        seen.push(member);
      });
      expect(seen).toEqual(sorted(a));
      left.addAll(right);
      expect(left.members()).toEqual(sorted(new Set([...a, ...b])));
    }),
  );
});
