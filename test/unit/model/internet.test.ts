import { describe, expect, test } from 'vitest';
import { INTERNET } from '../../../lib/model/cidr';
import { METADATA_ADDRESSES, metadataCidr } from '../../../lib/model/metadata-address';
import { isInside, numericRange } from './addresses';

describe('the internet', () => {
  const ranges = INTERNET.map(({ cidr, except }) => ({ outer: numericRange(cidr), except: except.map(numericRange) }));
  const reaches = (cidr: string) =>
    ranges.some(
      ({ outer, except }) =>
        isInside(outer, numericRange(cidr)) && !except.some((inner) => isInside(inner, numericRange(cidr))),
    );

  test.each(METADATA_ADDRESSES.map(metadataCidr))('does not hold the metadata address %s', (cidr) => {
    expect(reaches(cidr)).toBe(false);
  });

  test.each([
    '10.96.0.1/32',
    '172.20.0.0/16',
    '192.168.1.1/32',
    '127.0.0.1/32',
    '100.64.0.1/32',
    'fd12::1/128',
    '::1/128',
  ])('does not hold %s', (cidr) => expect(reaches(cidr)).toBe(false));

  test.each(['64:ff9b::a9fe:a9fe/128', '::ffff:a9fe:a9fe/128', '2002:a9fe:a9fe::1/128', '2001:0:a9fe:a9fe::/64'])(
    'does not hold %s, which carries an IPv4 address',
    (cidr) => expect(reaches(cidr)).toBe(false),
  );

  test.each(['8.8.8.8/32', '203.0.113.7/32', '2600:1f00::1/128', '2a00::/16'])('holds %s', (cidr) => {
    expect(reaches(cidr)).toBe(true);
  });

  test('names its exceptions in order, each strictly inside', () => {
    for (const { cidr, except } of INTERNET) {
      expect([...except].sort()).toEqual(except);
      for (const inner of except) expect(isInside(numericRange(cidr), numericRange(inner))).toBe(true);
    }
  });
});
