import { expect, test } from 'vitest';
import { blockRanges } from '../../../../lib/analysis/address/address-range';
import {
  coversPods,
  holdsAllAddresses,
  holdsMostAddresses,
  METADATA_BLOCKS,
} from '../../../../lib/analysis/address/special-address';

const ranges = (...cidrs: readonly string[]) => cidrs.flatMap((cidr) => blockRanges({ cidr, except: [] }) ?? []);
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

test.each([
  ['everything', ranges('0.0.0.0/0'), true],
  ['everything of IPv6', ranges('::/0'), true],
  ['all private networks', ranges(...PRIVATE), true],
  ['all of them but one', ranges(...PRIVATE.slice(1)), false],
  ['one of them', ranges('10.0.0.0/8'), false],
  ['both halves of the addresses', ranges('0.0.0.0/1', '128.0.0.0/1'), true],
  ['unique local addresses', ranges('fc00::/7'), true],
  ['half of them', ranges('fd00::/8'), false],
  ['the internet without private networks', blockRanges({ cidr: '0.0.0.0/0', except: PRIVATE }) ?? [], false],
  ['nothing', [], false],
])('pods are within %s: %s', (_, given, covered) => {
  expect(coversPods(given)).toBe(covered);
});

test.each([
  ['everything', ranges('0.0.0.0/0'), true],
  ['the internet without private networks', blockRanges({ cidr: '0.0.0.0/0', except: PRIVATE }) ?? [], true],
  ['half of IPv4', ranges('128.0.0.0/1'), true],
  ['half of IPv4, less one address', blockRanges({ cidr: '128.0.0.0/1', except: ['192.0.2.7/32'] }) ?? [], false],
  ['a quarter twice', ranges('0.0.0.0/2', '0.0.0.0/2'), false],
  ['what IPv6 hands out', ranges('2000::/3'), true],
  ['half of it', ranges('2000::/4'), true],
  ['a quarter of it', ranges('2000::/5'), false],
  ['a large company', ranges('17.0.0.0/8'), false],
])('a name most likely is within %s: %s', (_, given, most) => {
  expect(holdsMostAddresses(given)).toBe(most);
});

test.each([
  [4, ranges('0.0.0.0/0'), true],
  [4, ranges('0.0.0.0/1', '128.0.0.0/1'), true],
  [4, blockRanges({ cidr: '0.0.0.0/0', except: ['10.0.0.0/32'] }) ?? [], false],
  [4, ranges('::/0'), false],
  [6, ranges('::/0'), true],
  [6, ranges('0.0.0.0/0'), false],
] as const)('every address of IPv%i', (family, given, all) => {
  expect(holdsAllAddresses(family, given)).toBe(all);
});

test('metadata servers have addresses of both families', () => {
  expect(METADATA_BLOCKS.map((block) => blockRanges(block)?.[0]?.family)).toEqual([4, 6]);
});
