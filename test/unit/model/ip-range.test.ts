import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains, knownRange, parseAddress, parseRange, rangeText, sameRange } from '../../../lib/model/ip-range';
import { addressText, isInside, numericRange } from './addresses';

describe('parseAddress reads the forms that every tool reads alike', () => {
  test.each(['203.0.113.7', '0.0.0.0', '::', '2001:DB8::7', '::ffff:203.0.113.7'])('%s', (text) => {
    expect(parseAddress(text)).toBeDefined();
  });

  test.each(['', '1', '127.1', '0x7f.0.0.1', '0177.0.0.1', '01.2.3.4', '1.2.3.4.5', '256.1.1.1', 'fe80::1%1', '[::1]'])(
    'and not %j',
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );
});

test.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', '::/129', '10.0.0.0/8/8'])(
  '%j is no range',
  (text) => {
    expect(parseRange(text)).toBeUndefined();
    expect(() => knownRange(text)).toThrow(`'${text}' is not a CIDR`);
  },
);

const range = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.nat(128))
  .map(([family, value, length]) => {
    const bits = family === 4 ? 32 : 128;
    return `${addressText(family, value % 2n ** BigInt(bits))}/${length % (bits + 1)}`;
  });
/** A range with one that lies around, inside or beside it. */
const two = fc.tuple(range, range, fc.boolean(), fc.nat(128)).map(([one, other, related, length]): [string, string] => {
  const [address = ''] = one.split('/');
  return [one, related ? `${address}/${length % (address.includes(':') ? 129 : 33)}` : other];
});

describe('for every two ranges', () => {
  test('contains agrees with counting', () => {
    fc.assert(
      fc.property(two, ([one, other]) => {
        expect(contains(knownRange(one), knownRange(other))).toBe(isInside(numericRange(one), numericRange(other)));
      }),
      { numRuns: 2000 },
    );
  });

  test('the same range is what contains each other', () => {
    fc.assert(
      fc.property(two, ([one, other]) => {
        const [a, b] = [knownRange(one), knownRange(other)];
        expect(sameRange(a, b)).toBe(contains(a, b) && contains(b, a));
      }),
    );
  });
});

test('an IPv6 address may end in four decimal numbers', () => {
  const group = fc.integer({ min: 1, max: 0xffff }).map((value) => value.toString(16));
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 6 }), fc.ipV4(), (groups, tail) => {
      const text = `${groups.join(':')}${groups.length < 6 ? '::' : ':'}${tail}/128`;
      expect(numericRange(rangeText(knownRange(text)))).toEqual(numericRange(text));
    }),
  );
});

test('the canonical text is the same range, and its own canonical text', () => {
  fc.assert(
    fc.property(range, (text) => {
      const canonical = rangeText(knownRange(text));
      expect(numericRange(canonical)).toEqual(numericRange(text));
      expect(rangeText(knownRange(canonical))).toBe(canonical);
    }),
  );
});
