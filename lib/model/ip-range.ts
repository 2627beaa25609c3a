import ipaddr from 'ipaddr.js';

export type IpFamily = 'ipv4' | 'ipv6';

/** A range of addresses as it was written: host bits may still be set. */
export interface IpRange {
  readonly family: IpFamily;
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  /** Length of the prefix in bits. */
  readonly prefix: number;
}

/** Bits of an address. */
export const ADDRESS_BITS: Readonly<Record<IpFamily, number>> = Object.freeze({ ipv4: 32, ipv6: 128 });

const NUMBER = '(?:0|[1-9]\\d{0,2})';
const IPV4 = new RegExp(`^${NUMBER}(?:\\.${NUMBER}){3}$`);
/** No zone (`fe80::1%eth0`): a policy is read on another machine. */
const IPV6 = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/;
const PREFIX = new RegExp(`^${NUMBER}$`);

/**
 * An address in the one form that every tool reads alike: four decimal numbers without leading zeros, or IPv6 without
 * a zone. The octal, hexadecimal and shortened forms that resolvers accept are not among them.
 */
export function parseAddress(text: string): IpRange['address'] | undefined {
  if (!IPV4.test(text) && !IPV6.test(text)) return undefined;
  return ipaddr.isValid(text) ? ipaddr.parse(text) : undefined;
}

/** An address and a prefix length, joined by a slash. */
export function parseRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !PREFIX.test(prefix)) return undefined;
  const family = address.kind();
  return Number(prefix) > ADDRESS_BITS[family] ? undefined : { family, address, prefix: Number(prefix) };
}

/** A range that is a constant of this program. */
export function knownRange(text: string): IpRange {
  const range = parseRange(text);
  if (range === undefined) throw new Error(`'${text}' is not a CIDR`);
  return range;
}

/** Canonical text of a range: host bits zero, IPv6 as RFC 5952 writes it. */
export function rangeText({ family, address, prefix }: IpRange): string {
  const text = `${address}/${prefix}`;
  const base = family === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
  return `${base}/${prefix}`;
}

/** True if every address of `inner` is one of `outer`; a range contains itself. */
export function contains(outer: IpRange, inner: IpRange): boolean {
  return outer.family === inner.family && outer.prefix <= inner.prefix && matches(outer, inner.address);
}

/** True if both are the same range. */
export function sameRange(one: IpRange, other: IpRange): boolean {
  return one.prefix === other.prefix && contains(one, other);
}

function matches(range: IpRange, address: IpRange['address']): boolean {
  return (address as ipaddr.IPv6).match(range.address as ipaddr.IPv6, range.prefix);
}
