import { isIPv4, isIPv6 } from 'node:net';

/**
 * Addresses as numbers, written without the library that lib/model uses, so that a mistake there is not repeated here.
 */
export interface NumericRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

export function numericRange(cidr: string): NumericRange {
  const [address = '', prefix = ''] = cidr.split('/');
  const family = isIPv4(address) ? 4 : 6;
  if (family === 6 && !isIPv6(address)) throw new Error(`${cidr} has no address`);
  const bits = family === 4 ? 32 : 128;
  const size = 1n << BigInt(bits - Number(prefix));
  const value = family === 4 ? ipv4Number(address) : ipv6Number(address);
  const first = value - (value % size);
  return { family, first, last: first + size - 1n };
}

export function isInside(outer: NumericRange, inner: NumericRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

function ipv4Number(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function ipv6Number(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((sum, group) => sum * 65536n + group, 0n);
}

function groups(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const value = ipv4Number(group);
    return [value / 65536n, value % 65536n];
  });
}

/** Text of an address that is given as a number. */
export function addressText(family: 4 | 6, value: bigint): string {
  const [digits, base, separator] = family === 4 ? [4, 256n, '.'] : [8, 65536n, ':'];
  const parts: string[] = [];
  for (let rest = value, index = 0; index < digits; rest /= base, index += 1) {
    parts.unshift((rest % base).toString(family === 4 ? 10 : 16));
  }
  return parts.join(separator as string);
}
