import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AddressRange,
  addressRange,
  blockRanges,
  cidrRange,
  everyAddress,
  formatAddress,
  joinRanges,
  rangesToCidrs,
} from '../../../../lib/analysis/address/address-range';

const text = (range: AddressRange | undefined) =>
  range && `${formatAddress(range.family, range.first)} - ${formatAddress(range.family, range.last)}`;

describe('a CIDR', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0 - 10.255.255.255'],
    ['10.1.2.3/8', '10.0.0.0 - 10.255.255.255'],
    ['0.0.0.0/0', '0.0.0.0 - 255.255.255.255'],
    ['192.0.2.7/32', '192.0.2.7 - 192.0.2.7'],
    ['fd00::/8', 'fd00:: - fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['::/0', ':: - ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:DB8::1/128', '2001:db8::1 - 2001:db8::1'],
  ])('%s', (cidr, expected) => {
    expect(text(cidrRange(cidr))).toBe(expected);
  });

  test.each([
    '',
    '10.0.0.0',
    '10/8',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '256.0.0.0/8',
    '010.0.0.0/8',
    '10.0.00.0/8',
    '0x0a.0.0.0/8',
    'fd00::/129',
    'fd00::1::/64',
    'fd00::%eth0/64',
    ' 10.0.0.0/8',
    'example.com/8',
  ])('is not %j', (cidr) => {
    expect(cidrRange(cidr)).toBeUndefined();
  });
});

test('an address is a range of one', () => {
  expect(addressRange('192.0.2.7')).toEqual(cidrRange('192.0.2.7/32'));
  expect(addressRange('fd00::1')).toEqual(cidrRange('fd00::1/128'));
  for (const none of ['192.0.2', '192.0.2.7/32', 'localhost', '']) expect(addressRange(none)).toBeUndefined();
});

/** Small ranges that touch and overlap often. */
const range = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.nat(40), fc.nat(40))
  .map(([family, a, b]): AddressRange => {
    return { family, first: BigInt(Math.min(a, b)), last: BigInt(Math.max(a, b)) };
  });

const within = (ranges: readonly AddressRange[], family: 4 | 6, address: bigint) =>
  ranges.some((each) => each.family === family && each.first <= address && address <= each.last);

const addresses = ([4, 6] as const).flatMap((family) =>
  Array.from({ length: 45 }, (_, index) => ({ family, address: BigInt(index) })),
);

test('joined ranges hold the same addresses, in order, and none touches the next', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 6 }), (ranges) => {
      const joined = joinRanges(ranges);
      for (const { family, address } of addresses)
        expect(within(joined, family, address)).toBe(within(ranges, family, address));
      for (const [index, { family, first }] of joined.entries()) {
        const before = joined[index - 1];
        if (before?.family === family) expect(first).toBeGreaterThan(before.last + 1n);
        if (before !== undefined) expect(before.family).toBeLessThanOrEqual(family);
      }
    }),
  );
});

test('ranges as CIDRs are the same ranges, with no two that make a larger one', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 4 }), (ranges) => {
      const cidrs = rangesToCidrs(ranges);
      expect(joinRanges(cidrs.flatMap((cidr) => cidrRange(cidr) ?? []))).toEqual(joinRanges(ranges));
      const parents = cidrs.map((cidr) => {
        const [start, prefix] = cidr.split('/');
        return `${text(cidrRange(`${start}/${Number(prefix) - 1}`))} of ${prefix}`;
      });
      expect(new Set(parents).size).toBe(parents.length);
    }),
  );
});

test.each([
  [['10.0.0.0/9', '10.128.0.0/9'], ['10.0.0.0/8']],
  [['10.0.0.0/8', '10.1.0.0/16'], ['10.0.0.0/8']],
  [
    ['0.0.0.0/1', '128.0.0.0/1', '::/0'],
    ['0.0.0.0/0', '::/0'],
  ],
  [[], []],
])('%j together are %j', (cidrs, expected) => {
  expect(rangesToCidrs(cidrs.flatMap((cidr) => cidrRange(cidr) ?? []))).toEqual(expected);
});

describe('a block', () => {
  test.each([
    ['10.0.0.0/8', [], ['10.0.0.0/8']],
    ['10.0.0.0/30', ['10.0.0.1/32'], ['10.0.0.0/32', '10.0.0.2/31']],
    ['10.0.0.0/30', ['10.0.0.0/32', '10.0.0.3/32'], ['10.0.0.1/32', '10.0.0.2/32']],
    ['10.0.0.0/8', ['10.0.0.0/8'], []],
    ['10.0.0.0/16', ['10.0.0.0/8'], []],
    ['10.0.0.0/8', ['11.0.0.0/8', '::/0'], ['10.0.0.0/8']],
    ['fd00::/127', ['fd00::/128'], ['fd00::1/128']],
  ])('%s without %j', (cidr, except, expected) => {
    expect(rangesToCidrs(blockRanges({ cidr, except }) ?? [])).toEqual(expected);
  });

  test('with a text that is no CIDR is none', () => {
    expect(blockRanges({ cidr: '10.0.0.0', except: [] })).toBeUndefined();
    expect(blockRanges({ cidr: '10.0.0.0/8', except: ['10.1'] })).toBeUndefined();
  });
});

test('every address of a family', () => {
  expect(everyAddress(4)).toEqual(cidrRange('0.0.0.0/0'));
  expect(everyAddress(6)).toEqual(cidrRange('::/0'));
});
