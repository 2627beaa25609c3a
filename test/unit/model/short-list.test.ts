import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byText, distinctTexts, sortShort } from '../../../lib/model/short-list';

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat()), { maxLength: 30 });

test('sorts like any sort, and keeps the order of what is alike', () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const byFirst = (a: readonly number[], b: readonly number[]) => (a[0] as number) - (b[0] as number);
      expect(sortShort([...list], byFirst)).toEqual([...list].sort(byFirst));
    }),
  );
});

test('texts come in the order of sort(), each once', () => {
  const texts = fc.array(fc.string({ maxLength: 2, unit: fc.constantFrom('a', 'B', 'é', '\u{1f511}', '\uff5e') }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(texts, (list) => {
      expect(distinctTexts([...list])).toEqual([...new Set(list)].sort());
      expect([...list].sort(byText)).toEqual([...list].sort());
    }),
  );
});
