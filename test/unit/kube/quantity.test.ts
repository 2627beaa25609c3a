import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalQuantity } from '../../../lib/kube/quantity';

test.each([
  ['500m', '0.5'],
  ['500m', '.5'],
  ['1', 1],
  ['1000m', '1.0'],
  ['1Gi', '1024Mi'],
  ['1Gi', '1073741824'],
  ['1k', '1e3'],
  ['1E', '1e18'],
  ['1500m', '1.5'],
  ['+2', '2'],
  ['-500m', '-0.5'],
  ['0', '0Gi'],
  ['-0', '0'],
])('%s is %s', (one, other) => {
  expect(canonicalQuantity(one)).toBe(canonicalQuantity(other));
});

test.each([
  ['1M', '1Mi'],
  ['1m', '1M'],
  ['100m', '1'],
  ['1n', '0'],
  ['1', '-1'],
])('%s is not %s', (one, other) => {
  expect(canonicalQuantity(one)).not.toBe(canonicalQuantity(other));
});

test.each([['1 Gi'], ['many'], ['1Zi'], [''], ['.'], ['1e999'], [undefined], [null], [true]])(
  '%s is no quantity, and stays',
  (value) => {
    expect(canonicalQuantity(value)).toBe(value);
  },
);

test('what is smaller than a billionth is rounded up', () => {
  expect(canonicalQuantity('0.0000000001')).toBe(canonicalQuantity('1n'));
});

test('thousandths and decimals agree on every number', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (milli) => {
      expect(canonicalQuantity(`${milli}m`)).toBe(canonicalQuantity((milli / 1000).toFixed(3)));
    }),
  );
});
