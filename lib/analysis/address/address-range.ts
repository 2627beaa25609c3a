import { type IPv4, type IPv6, parse, parseCIDR } from 'ipaddr.js';
import type { AddressBlock } from '../policy/policy-model';

/** Addresses of one family from `first` to `last`, both included, as numbers. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const BITS = { 4: 32n, 6: 128n } as const;

/** Every address of a family. */
export function everyAddress(family: 4 | 6): AddressRange {
  return { family, first: 0n, last: (1n << BITS[family]) - 1n };
}

/** Undefined if the text is no address; a plain one, not IPv4 in IPv6. */
export function addressRange(text: string): AddressRange | undefined {
  return cidrRange(text.includes(':') ? `${text}/128` : `${text}/32`);
}

/** The addresses of `10.0.0.0/8`; bits behind the prefix are ignored, as Kubernetes ignores them. */
export function cidrRange(cidr: string): AddressRange | undefined {
  const parsed = parsedCidr(cidr);
  if (parsed === undefined) return undefined;
  const [address, prefix] = parsed;
  const family = address.kind() === 'ipv4' ? 4 : 6;
  const free = BITS[family] - BigInt(prefix);
  const first = (toNumber(address) >> free) << free;
  return { family, first, last: first + (1n << free) - 1n };
}

/** The library takes `10/8` for 0.0.0.10/8, and octal numbers; Kubernetes and Cilium take neither. */
const CIDR = /^(?:\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}|[\da-fA-F:.]*:[\da-fA-F:.]*\/\d{1,3})$/;
const OCTAL = /(?:^|\.)0\d/;

function parsedCidr(cidr: string): [IPv4 | IPv6, number] | undefined {
  if (!CIDR.test(cidr) || OCTAL.test(cidr)) return undefined;
  try {
    return parseCIDR(cidr);
  } catch {
    return undefined;
  }
}

function toNumber(address: IPv4 | IPv6): bigint {
  return address.toByteArray().reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** The ranges of a block less its exceptions; undefined if one of its texts is no CIDR. */
export function blockRanges({ cidr, except }: AddressBlock): readonly AddressRange[] | undefined {
  const range = cidrRange(cidr);
  if (range === undefined) return undefined;
  let ranges: readonly AddressRange[] = [range];
  for (const text of except) {
    const exception = cidrRange(text);
    if (exception === undefined) return undefined;
    ranges = ranges.flatMap((left) => less(left, exception));
  }
  return ranges;
}

function less(range: AddressRange, exception: AddressRange): readonly AddressRange[] {
  if (range.family !== exception.family || exception.last < range.first || range.last < exception.first) return [range];
  const { family } = range;
  return [
    { family, first: range.first, last: exception.first - 1n },
    { family, first: exception.last + 1n, last: range.last },
  ].filter(({ first, last }) => first <= last && first >= range.first && last <= range.last);
}

/** Ranges in order, with those that touch made one. */
export function joinRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const joined: AddressRange[] = [];
  for (const range of [...ranges].sort(compare)) {
    const before = joined.at(-1);
    if (before?.family !== range.family || range.first > before.last + 1n) joined.push(range);
    else if (range.last > before.last) joined[joined.length - 1] = { ...before, last: range.last };
  }
  return joined;
}

function compare(a: AddressRange, b: AddressRange): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

/** The fewest CIDRs that hold exactly these addresses, as texts. */
export function rangesToCidrs(ranges: readonly AddressRange[]): readonly string[] {
  return joinRanges(ranges).flatMap(toCidrs);
}

function toCidrs({ family, first, last }: AddressRange): readonly string[] {
  const cidrs: string[] = [];
  let start = first;
  while (start <= last) {
    let free = 0n;
    // As large as its alignment and the end of the range allow.
    while (free < BITS[family] && start % (1n << (free + 1n)) === 0n && start + (1n << (free + 1n)) - 1n <= last)
      free++;
    cidrs.push(`${formatAddress(family, start)}/${BITS[family] - free}`);
    start += 1n << free;
  }
  return cidrs;
}

export function formatAddress(family: 4 | 6, address: bigint): string {
  const text =
    family === 4
      ? [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.')
      : Array.from({ length: 8 }, (_, index) => ((address >> BigInt(112 - 16 * index)) & 65535n).toString(16)).join(
          ':',
        );
  return parse(text).toString();
}
