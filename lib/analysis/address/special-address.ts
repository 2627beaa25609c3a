import type { AddressBlock } from '../policy/policy-model';
import { type AddressRange, cidrRange, everyAddress, joinRanges } from './address-range';

/**
 * Where clouds serve credentials and user data to whoever asks.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 * @see https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16
 * @see https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
 */
export const METADATA_CIDRS: readonly string[] = ['169.254.169.254/32', 'fd00:ec2::254/128'];

export const METADATA_BLOCKS: readonly AddressBlock[] = METADATA_CIDRS.map((cidr) => ({ cidr, except: [] }));

/** Ranges that networks of pods are taken from: RFC 1918, RFC 6598 and RFC 4193. */
const POD_RANGES = {
  4: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
  6: ['fc00::/7'],
} as const;

/**
 * True if pods are within these ranges wherever their network is. What the specification calls external addresses most
 * plugins match against the packet, so that a block of all addresses lets pods in as well.
 */
export function coversPods(ranges: readonly AddressRange[]): boolean {
  const joined = joinRanges(ranges);
  return ([4, 6] as const).some((family) => POD_RANGES[family].every((cidr) => holds(joined, cidr)));
}

function holds(ranges: readonly AddressRange[], cidr: string): boolean {
  const range = cidrRange(cidr);
  return ranges.some(
    ({ family, first, last }) =>
      range !== undefined && family === range.family && first <= range.first && range.last <= last,
  );
}

/** True if the ranges hold half of the addresses of a family or more, so that a name most likely resolves to one. */
export function holdsMostAddresses(ranges: readonly AddressRange[]): boolean {
  return ([4, 6] as const).some((family) => {
    const count = joinRanges(ranges)
      .filter((range) => range.family === family)
      .reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
    // IPv6 hands out an eighth of its addresses, 2000::/3.
    return count >= (family === 4 ? 1n << 31n : 1n << 124n);
  });
}

/** True if the ranges hold every address of a family. */
export function holdsAllAddresses(family: 4 | 6, ranges: readonly AddressRange[]): boolean {
  const { first, last } = everyAddress(family);
  return joinRanges(ranges).some((range) => range.family === family && range.first <= first && last <= range.last);
}
