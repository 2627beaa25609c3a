import type { AddressBlock } from '../policy/policy-model';
import { type AddressRange, blockRanges, everyAddress } from './address-range';

/** Addresses that every block holds alike or not at all. */
export interface AddressClass {
  readonly family: 4 | 6;
  readonly ranges: readonly AddressRange[];
}

interface Boundary {
  readonly at: bigint;
  readonly block: number;
  readonly opens: boolean;
}

/**
 * All addresses there are, parted so finely that no block divides a part, and no finer: blocks that overlap in many
 * ways cost what they tell apart.
 */
export class AddressSpace {
  readonly classes: readonly AddressClass[];
  private readonly members = new Map<string, readonly number[]>();

  constructor(blocks: readonly AddressBlock[]) {
    const distinct = new Map(blocks.map((block) => [blockKey(block), blockRanges(block) ?? []]));
    const keys = [...distinct.keys()];
    const lists = [...distinct.values()];
    const classes: { family: 4 | 6; ranges: AddressRange[]; blocks: readonly number[] }[] = [];
    for (const family of [4, 6] as const) {
      const known = new Map<string, (typeof classes)[number]>();
      for (const { range, blocks: holding } of parts(family, lists)) {
        const text = holding.join();
        let found = known.get(text);
        if (found === undefined) {
          found = { family, ranges: [], blocks: holding };
          known.set(text, found);
          classes.push(found);
        }
        found.ranges.push(range);
      }
    }
    this.classes = classes;
    const members: number[][] = keys.map(() => []);
    for (const [index, { blocks: holding }] of classes.entries()) {
      for (const block of holding) members[block]?.push(index);
    }
    for (const [block, key] of keys.entries()) this.members.set(key, members[block] ?? []);
  }

  /** Indices of the classes that a block consists of; the block has to be among those that the space was made from. */
  classesOf(block: AddressBlock): readonly number[] {
    return this.members.get(blockKey(block)) ?? [];
  }

  /** The class of one address. */
  classAt(address: AddressRange): number {
    return this.classes.findIndex(({ family, ranges }) => {
      return (
        family === address.family && ranges.some(({ first, last }) => first <= address.first && address.last <= last)
      );
    });
  }
}

export function blockKey({ cidr, except }: AddressBlock): string {
  return except.length === 0 ? cidr : `${cidr} - ${[...except].sort().join(' ')}`;
}

/** Walks the addresses of a family from boundary to boundary, with the blocks that hold the stretch between. */
function* parts(
  family: 4 | 6,
  lists: readonly (readonly AddressRange[])[],
): Generator<{ range: AddressRange; blocks: readonly number[] }> {
  const boundaries: Boundary[] = [];
  for (const [block, ranges] of lists.entries()) {
    for (const range of ranges) {
      if (range.family !== family) continue;
      boundaries.push({ at: range.first, block, opens: true }, { at: range.last + 1n, block, opens: false });
    }
  }
  // Of two ranges of a block that touch, one closes before the other opens.
  boundaries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : Number(a.opens) - Number(b.opens)));
  const open = new Set<number>();
  const { last } = everyAddress(family);
  let first = 0n;
  for (const { at, block, opens } of boundaries) {
    if (at > first) {
      yield { range: { family, first, last: at - 1n }, blocks: [...open].sort((a, b) => a - b) };
      first = at;
    }
    if (opens) open.add(block);
    else open.delete(block);
  }
  if (first <= last) yield { range: { family, first, last }, blocks: [...open].sort((a, b) => a - b) };
}
