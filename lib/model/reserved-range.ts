import { contains, type IpRange, knownRange } from './ip-range';
import { once } from './memo';
import { METADATA_ADDRESSES, metadataCidr } from './metadata-address';

/** A range that no edge may name, and that is cut out of every wider one. */
export interface ReservedRange {
  readonly range: IpRange;
  /** What it is, after "is": `a loopback range, which …`. */
  readonly what: string;
  /** What to do instead of naming it. */
  readonly fix: string;
}

const ROUTED = 'name the address that the system is routed under';
const PLAIN = 'write the IPv4 range itself';

function special(cidr: string, kind: string): ReservedRange {
  return { range: knownRange(cidr), what: `${kind}, which is never outside the cluster`, fix: ROUTED };
}

function embedding(cidr: string, kind: string): ReservedRange {
  return { range: knownRange(cidr), what: `an IPv4 address in IPv6 clothes (${kind})`, fix: PLAIN };
}

function metadata(address: string): ReservedRange {
  return {
    range: knownRange(metadataCidr(address)),
    what: 'a cloud metadata address, which hands out credentials',
    fix: 'remove it; give the workload its own identity instead',
  };
}

/**
 * Ranges that stand for the machine itself, its link or nobody, and IPv6 ranges that carry an IPv4 address past every
 * IPv4 rule. The first match names the range, so the narrower ones come first.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 * @see RFC 4291 (mapped, compatible), 2765 (translated), 6052 and 8215 (NAT64), 3056 (6to4), 4380 (Teredo)
 */
export const reservedRanges = once((): readonly ReservedRange[] =>
  Object.freeze([
    ...METADATA_ADDRESSES.map(metadata),
    special('0.0.0.0/8', 'an unspecified range ("this network")'),
    special('127.0.0.0/8', 'a loopback range'),
    special('169.254.0.0/16', 'a link-local range'),
    special('224.0.0.0/4', 'a multicast range'),
    special('255.255.255.255/32', 'the broadcast address'),
    special('240.0.0.0/4', 'a reserved range'),
    special('::/128', 'the unspecified address'),
    special('::1/128', 'the loopback address'),
    special('fe80::/10', 'a link-local range'),
    special('ff00::/8', 'a multicast range'),
    embedding('::ffff:0:0/96', 'mapped'),
    embedding('::ffff:0:0:0/96', 'translated'),
    embedding('::/96', 'compatible'),
    embedding('64:ff9b::/96', 'NAT64'),
    embedding('64:ff9b:1::/48', 'NAT64'),
    embedding('2002::/16', '6to4'),
    embedding('2001::/32', 'Teredo'),
  ]),
);

/** IPv6 ranges from which addresses are assigned: global unicast and unique local (RFC 4291, 4193). */
const assignedIpv6 = once(() => ['2000::/3', 'fc00::/7'].map(knownRange));

/** Why a range may not be named at all. */
export function reservedProblem(range: IpRange): Pick<ReservedRange, 'what' | 'fix'> | undefined {
  const reserved = reservedRanges().find((known) => contains(known.range, range));
  if (reserved !== undefined) return reserved;
  if (range.family === 'ipv4' || assignedIpv6().some((assigned) => contains(assigned, range))) return undefined;
  return { what: 'outside the ranges from which IPv6 addresses are assigned (2000::/3 and fc00::/7)', fix: ROUTED };
}

/** The reserved ranges inside a wider one, without those that lie inside another. */
export function reservedInside(outer: IpRange): readonly IpRange[] {
  const inside = reservedRanges()
    .map(({ range }) => range)
    .filter((range) => contains(outer, range));
  return inside.filter((range) => !inside.some((wider) => wider !== range && contains(wider, range)));
}
