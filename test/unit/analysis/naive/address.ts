/** An address or a block of addresses: everything from `first` to `last`. */
export interface Block {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** Length of the prefix. */
  readonly bits: number;
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address. */
export function parseBlock(text: string): Block {
  const [address = '', prefix] = text.split('/');
  const family = address.includes(':') ? 6 : 4;
  const width = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? width : Number(prefix);
  const size = 1n << BigInt(width - bits);
  const value = family === 4 ? ipv4(address) : ipv6(address);
  const first = value - (value % size);
  return { family, first, last: first + size - 1n, bits };
}

function ipv4(text: string): bigint {
  return text.split('.').reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

function ipv6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const middle = Array.from({ length: 8 - front.length - back.length }, () => '0');
  return [...front, ...middle, ...back].reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}

/** Whether all of `inner` lies in `outer`. */
export function covers(outer: Block, inner: Block): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

export function overlap(a: Block, b: Block): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}
