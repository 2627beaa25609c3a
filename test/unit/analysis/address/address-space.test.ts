import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressRange, blockRanges, joinRanges, rangesToCidrs } from '../../../../lib/analysis/address/address-range';
import { AddressSpace, blockKey } from '../../../../lib/analysis/address/address-space';
import type { AddressBlock } from '../../../../lib/analysis/policy/policy-model';

const CIDRS = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '192.0.2.0/24', '0.0.0.0/0', '::/0', 'fd00::/8'];
const EXCEPT: Readonly<Record<string, readonly string[]>> = {
  '10.0.0.0/8': ['10.1.0.0/16', '10.2.0.0/16'],
  '0.0.0.0/0': ['10.0.0.0/8', '10.1.2.0/24'],
  '::/0': ['fd00::/8'],
};
const block: fc.Arbitrary<AddressBlock> = fc
  .constantFrom(...CIDRS)
  .chain((cidr) => fc.subarray([...(EXCEPT[cidr] ?? [])]).map((except) => ({ cidr, except })));
const blocks = fc.array(block, { maxLength: 6 });

test('the classes are all addresses, each once', () => {
  fc.assert(
    fc.property(blocks, (given) => {
      const ranges = new AddressSpace(given).classes.flatMap((found) => found.ranges);
      expect(rangesToCidrs(ranges)).toEqual(['0.0.0.0/0', '::/0']);
      const count = (list: typeof ranges) => list.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
      expect(count(ranges)).toBe(count([...joinRanges(ranges)]));
    }),
  );
});

test('a block consists of its classes', () => {
  fc.assert(
    fc.property(blocks, (given) => {
      const space = new AddressSpace(given);
      for (const each of given) {
        const ranges = space.classesOf(each).flatMap((index) => space.classes[index]?.ranges ?? []);
        expect(joinRanges(ranges)).toEqual(joinRanges(blockRanges(each) ?? []));
      }
    }),
  );
});

test('two classes of a family are told apart by a block', () => {
  fc.assert(
    fc.property(blocks, (given) => {
      const space = new AddressSpace(given);
      const signatures = space.classes.map(({ family }, index) => {
        const holding = given.filter((each) => space.classesOf(each).includes(index));
        return `${family} ${holding.map(blockKey).sort().join(', ')}`;
      });
      expect(new Set(signatures).size).toBe(signatures.length);
    }),
  );
});

test('the class of an address is the one that holds it', () => {
  const inner = { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] };
  const space = new AddressSpace([inner]);
  const classAt = (address: string) => space.classAt(addressRange(address) ?? { family: 4, first: -1n, last: -1n });
  expect(space.classesOf(inner)).toEqual([classAt('10.2.0.1')]);
  expect(classAt('10.1.0.1')).toBe(classAt('192.0.2.1'));
  expect(classAt('fd00::1')).not.toBe(classAt('192.0.2.1'));
  expect(classAt('none')).toBe(-1);
});

test('a block that nobody named has no classes, and the order of exceptions makes no other block', () => {
  const except = ['10.1.0.0/16', '10.2.0.0/16'];
  const space = new AddressSpace([{ cidr: '10.0.0.0/8', except }]);
  expect(space.classesOf({ cidr: '10.0.0.0/8', except: except.toReversed() })).toHaveLength(1);
  expect(space.classesOf({ cidr: '10.0.0.0/8', except: [] })).toEqual([]);
});
