import { describe, expect, test } from 'vitest';
import { knownRange, rangeText } from '../../../lib/model/ip-range';
import { METADATA_ADDRESSES, metadataCidr } from '../../../lib/model/metadata-address';
import { reservedInside, reservedProblem, reservedRanges } from '../../../lib/model/reserved-range';

describe('reservedProblem', () => {
  test.each(METADATA_ADDRESSES.map(metadataCidr))('names %s a metadata address, whatever else it is', (cidr) => {
    expect(reservedProblem(knownRange(cidr))?.what).toMatch(/^a cloud metadata address/);
  });

  test.each(reservedRanges().map(({ range }) => rangeText(range)))('has something to say about %s', (cidr) => {
    expect(reservedProblem(knownRange(cidr))).toMatchObject({ what: /./, fix: /./ });
  });

  test.each(['10.0.0.0/8', '203.0.113.7/32', '168.63.129.17/32', 'fd12::/32', '2001:db8::/32', '2003::/16'])(
    'has nothing to say about %s',
    (cidr) => expect(reservedProblem(knownRange(cidr))).toBeUndefined(),
  );
});

test.each([
  ['169.0.0.0/8', ['169.254.0.0/16']],
  ['192.0.0.0/8', ['192.0.0.192/32']],
  ['10.0.0.0/8', []],
  ['2000::/3', ['2001::/32', '2002::/16']],
  [
    '0.0.0.0/0',
    [
      '0.0.0.0/8',
      '100.100.100.200/32',
      '127.0.0.0/8',
      '168.63.129.16/32',
      '169.254.0.0/16',
      '192.0.0.192/32',
      '224.0.0.0/4',
      '240.0.0.0/4',
    ],
  ],
])('inside %s lie %j', (cidr, inside) => {
  expect(reservedInside(knownRange(cidr)).map(rangeText).sort()).toEqual(inside);
});
