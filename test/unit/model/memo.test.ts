import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { memo, once } from '../../../lib/model/memo';

test('asks once for what is asked again and again', () => {
  const asked: string[] = [];
  const twice = memo((text: string) => {
    asked.push(text);
    return text + text;
  });
  expect([twice('a'), twice('b'), twice('a')]).toEqual(['aa', 'bb', 'aa']);
  expect(asked).toEqual(['a', 'b']);
});

test('tells objects apart by identity', () => {
  const [one, other] = [{ name: 'same' }, { name: 'same' }];
  const copy = memo((object: { name: string }) => ({ ...object }));
  expect(copy(one)).toBe(copy(one));
  expect(copy(other)).not.toBe(copy(one));
});

test('gives the same results however many there are', () => {
  const square = memo((number: number) => number * number);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5000 }), { maxLength: 3000 }), (numbers) => {
      expect(numbers.map(square)).toEqual(numbers.map((number) => number * number));
    }),
    { numRuns: 20 },
  );
});

test('remembers no more than a thousand or so', () => {
  let computed = 0;
  const counted = memo((number: number) => {
    computed++;
    return number + 1;
  });
  for (const _ of ['first', 'second']) for (let number = 0; number < 10_000; number++) counted(number);
  expect(computed).toBeLessThan(20_000);
  expect(computed).toBeGreaterThan(18_000);
});

test('computes a value when it is asked for, and only once', () => {
  const compute = vi.fn(() => ['value']);
  const value = once(compute);
  expect(compute).not.toHaveBeenCalled();
  expect(value()).toBe(value());
  expect(compute).toHaveBeenCalledOnce();
});
